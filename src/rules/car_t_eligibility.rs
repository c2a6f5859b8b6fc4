//! Stub.
use crate::rules::{Finding, Rule};
use crate::verdict::Judgement;
/// The rule.
pub const RULE: Rule = Rule { id: "car-t-eligibility", topic: "carTEligibility", version: 1, reviewed: "2026-11-21", citations: &[], needs: &[], observations: &[], numbers: &[], judge: |_| Finding::silent(&Judgement::not_met(Vec::new())) };
