//! A pregnancy, or a wish to have a child, too soon after a cell therapy.
//!
//! ## What it flags
//! A pregnancy on record, or a referral to a fertility clinic, within 12 months after stem cell transplantation or within 6
//! months after CAR-T.
//!
//! ## Why it matters
//! After stem cell transplantation: "12 maanden niet zwanger worden/ geen kinderen verwekken" (HSCT-058). After CAR-T: "moet
//! u tot 6 maanden na de CAR T-celtherapie een condoom gebruiken" (CART-053); the leaflet gives no reason (X9).
//!
//! ## When it is met
//! - A cell therapy in history opens a window, in calendar months from the first infusion of the latest episode; the last
//!   day counts. Each therapy has its own, and any open one decides.
//! - patient-view, encounter-start: a current pregnancy (as in `pregnancy-with-cell-therapy`) that began in the window or
//!   before it: by its onset, else by the day it was recorded. It counts until it ends, also after the window.
//! - patient-view, encounter-start: an active referral to a fertility clinic, dated after the infusion, in an open window.
//! - Order hooks: such a referral is being ordered in an open window. Women and men alike.
//!
//! Warning. A therapy known only from an order marked completed: info, and the card says that the infusion is not recorded.
//!
//! ## When it stays quiet
//! A referral from before the infusion, which is for preservation; withdrawn or completed referrals; a pregnancy that is
//! refuted, ended, denied later, in error or of someone else; a window that is over; a therapy that is only planned. A
//! pregnancy on record is not repeated at every order.
//!
//! ## When it asks
//! The therapy has no date, or the dates are too coarse; a pregnancy is possible, or in words only; a referral is in words
//! only; with a pregnancy on record, the therapy is in words only: a warning that says so. Data that was not sent may hold a
//! later denial: the verdict is unknown then, the card as urgent as before. It may also hold a later therapy: a window that is
//! over is unknown then, without a card.
//!
//! ## Where the catalogue is silent
//! - Donor cells: 12 months as well; the source speaks of own cells.
//! - A pregnancy without a date began on some day of the last 10 months; one on record for longer without an update no
//!   longer counts here (X9).
//! - An undated history code proves that the therapy is no later than the day of coding: a window is over when it would be
//!   over from that day.
//! - A completed order without an infusion: its date stands for the infusion.
//! - No record of a pregnancy is no question here: whether to test is for the moment of treatment.
//! - Transplant status codes on the problem list (Z94.84) carry no date of the therapy and open no window.
//!
//! ## Sources
//! HSCT-058, CART-053, CART-054; conflict X9.

use crate::questions::reproduction::pregnancy::{Outlook, PregnancyLimits, Status};
use crate::questions::therapy::history::{Certainty, TherapyEvent, TherapyHistory};
use crate::questions::therapy::plan::Pathway;
use crate::{
    Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Proposal, Rule, Suggestion, documents,
    numbers,
};
use cellwise_record::facts::order::OrderKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// The rule that owns the limits of age and of how long a record of pregnancy counts.
const PREGNANCY_RULE: &str = "pregnancy-with-cell-therapy";

const SLIDES: Citation = Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-058"] };
const LEAFLET: Citation = Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-053", "CART-054"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "conception-after-cell-therapy",
    file: file!(),
    topic: "conceptionAfterCellTherapy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[SLIDES, LEAFLET],
    override_reasons: PREGNANCY_OVERRIDES,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Observations,
    ],
    observations: &[
        ValueSet::PREGNANCY_STATUS,
        ValueSet::PREGNANCY_FINDING,
        ValueSet::HCG_PREGNANCY_TEST,
        ValueSet::HCG_LEVEL,
    ],
    numbers: &[&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION, &numbers::CONDOM_MONTHS_AFTER_CAR_T],
    judge,
};

const PREGNANCY_OVERRIDES: &[&str] =
    &["not-pregnant-confirmed", "patient-informed-accepts-risk", "arranged-elsewhere", "data-outdated", "other"];
const REFERRAL_OVERRIDES: &[&str] = &["patient-informed-accepts-risk", "arranged-elsewhere", "data-outdated", "other"];

/// The months after a therapy.
struct Window {
    pathway: Pathway,
    months: i32,
    history: TherapyHistory,
    /// The infusion, when it has a date.
    t0: Option<Moment>,
    /// The last day, when the therapy has a date.
    end: Option<Moment>,
    /// When it has none: the last day by the codes that tell of it, each with a day of writing.
    end_by_codes: Option<Moment>,
    /// Data that was not delivered and may hold a later infusion.
    hidden: Vec<Gap>,
}

/// What lies in a window, or may.
struct Concern {
    /// What lies in it: the pregnancy, the referral.
    what: Judgement,
    /// Whether it lies in it.
    within: Judgement,
    /// Whether an unknown is worth a card.
    ask: bool,
}

fn judge(q: &Case<'_>) -> Finding {
    let windows = [Window::of(q, Pathway::Transplantation), Window::of(q, Pathway::CarT)];
    if q.patient.deceased || windows.iter().all(|window| window.history.judgement.verdict() == Verdict::NotMet) {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let referrals = windows.each_ref().map(|window| referral(q, window));
    let alive = q.alive().clone();
    let referred = conclude(&referrals).and(alive.clone());
    if q.hook.is_order() {
        return show_referral(q, &windows, &referrals, &referred);
    }
    let limits = PregnancyLimits {
        test_days: q.whole(&numbers::PREGNANCY_TEST_DAYS),
        exclusion_days: q.whole(&numbers::NOT_PREGNANT_DAYS),
        record_months: q.whole(&numbers::PREGNANCY_RECORD_MONTHS),
        breastfeeding_months: 0,
        from_age: q.whole(&numbers::CHILDBEARING_FROM_AGE),
        to_age: q.whole(&numbers::CHILDBEARING_TO_AGE),
    };
    let status = q.recorded_pregnancy(&limits, q.terminology);
    let began = q.pregnancy_began(&status, &limits);
    let pregnancies = windows.each_ref().map(|window| pregnancy(q, window, &status, &began));
    let judgement = conclude(&pregnancies).and(alive).or(referred);
    match show_pregnancy(q, &windows, &pregnancies, &status, &judgement) {
        Some(finding) => finding,
        None => show_referral(q, &windows, &referrals, &judgement),
    }
}

fn conclude(concerns: &[Concern]) -> Judgement {
    concerns
        .iter()
        .fold(Judgement::not_met(Vec::new()), |any, concern| any.or(concern.what.clone().and(concern.within.clone())))
}

impl Window {
    fn of(q: &Case<'_>, pathway: Pathway) -> Self {
        let (history, months) = match pathway {
            Pathway::Transplantation => (
                q.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION),
                q.whole(&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION),
            ),
            Pathway::CarT => (q.car_t_history().clone(), q.whole(&numbers::CONDOM_MONTHS_AFTER_CAR_T)),
        };
        // Of orders without an infusion, the latest stands for it.
        let ordered =
            || history.events.iter().filter_map(|event| event.date).max_by_key(|date| (date.last, date.first));
        let t0 = if history.certainty() == Some(Certainty::Probable) { ordered() } else { history.t0() };
        let codes: Option<Vec<Moment>> = history.events.iter().map(|event| end_by_code(event, months)).collect();
        let end_by_codes = codes.and_then(|ends| ends.into_iter().max_by_key(|end| end.last));
        let mut hidden = Vec::new();
        let recorded = history.certainty() == Some(Certainty::Recorded);
        for source in SOURCES {
            // An order is looked at only where no infusion is recorded; what a code tells has no date of its own.
            if !recorded
                || source.holds("Procedure")
                || source.holds("MedicationAdministration")
                || source.holds("MedicationStatement")
            {
                add_gaps(&mut hidden, q.sources().gaps_of(source).into_iter().filter(|gap| gap.kind.is_delivery()));
            }
        }
        Self { pathway, months, t0, end: t0.map(|t0| t0.plus_months(months)), end_by_codes, hidden, history }
    }

    fn is_probable(&self) -> bool {
        self.history.certainty() == Some(Certainty::Probable)
    }

    fn is_in_history(&self) -> bool {
        self.history.judgement.verdict() == Verdict::Met
    }

    /// Whether a day lies in the window or before it, as far as the therapies that were delivered tell.
    fn verdict(&self, day: &Moment) -> Verdict {
        match (self.end, self.end_by_codes) {
            (Some(end), _) => day.on_or_before(&end),
            // It happened no later than it was written down.
            (None, Some(end)) if day.after(&end) == Verdict::Met => Verdict::NotMet,
            (None, _) => Verdict::Unknown,
        }
    }

    /// Whether one of the days lies in the window or before it. A therapy that was not delivered may open a later window.
    fn holds(&self, days: &[Moment]) -> Judgement {
        if !self.is_in_history() {
            return self.history.judgement.clone();
        }
        let evidence: Vec<Evidence> = self.history.judgement.evidence().iter().take(MOST_SHOWN).cloned().collect();
        let gap = |kind| {
            let event = self.history.events.first();
            let reference = event.map(|event| event.evidence.reference.as_str()).unwrap_or_default();
            let source = Source::PREFETCHED.into_iter().find(|source| source.holds(of_type(reference)));
            let what = event.map(|event| event.evidence.what.as_str()).unwrap_or_default();
            Gap::at(kind, source.unwrap_or(Source::Procedures), reference, what)
        };
        let gap = if self.end.is_some() {
            gap(GapKind::ImpreciseDate)
        } else {
            gap(GapKind::NotRecorded).said_as("gap-therapy-date")
        };
        match days.iter().fold(Verdict::NotMet, |any, day| any.or(self.verdict(day))) {
            Verdict::NotMet if !self.hidden.is_empty() => {
                Judgement::unknown(self.hidden.clone()).with_evidence(evidence)
            }
            Verdict::Met => Judgement::met(evidence),
            Verdict::NotMet => Judgement::not_met(evidence),
            Verdict::Unknown => Judgement::unknown(vec![gap]).with_evidence(evidence),
        }
    }

    fn therapy(&self) -> Arg {
        Arg::Message(match self.pathway {
            Pathway::Transplantation => "therapy-transplantation",
            Pathway::CarT => "therapy-car-t",
        })
    }

    /// The words by which uncoded text is recognised as worth a question.
    fn hint(&self) -> &'static str {
        match self.pathway {
            Pathway::Transplantation => "stem-cell-transplantation",
            Pathway::CarT => "car-t",
        }
    }

    /// A message about the window; `dated` when its end is known, else the other.
    fn say(&self, dated: &'static str, undated: &'static str) -> Message {
        match self.end {
            Some(end) => self.say_undated(dated).with("until", end),
            None => self.say_undated(undated),
        }
    }

    fn say_undated(&self, id: &'static str) -> Message {
        Message::new(id).with("therapy", self.therapy()).with("months", self.months)
    }

    fn row(&self, within: &Judgement) -> Criterion {
        let row = Criterion::new(self.say("criterion-window-until", "criterion-window"), within.clone());
        if self.is_probable() { row.remarking(Message::new("remark-infusion-not-recorded")) } else { row }
    }
}

/// The type of a `Type/id`.
fn of_type(reference: &str) -> &str {
    reference.split('/').next().unwrap_or_default()
}

/// The last day of the window, when the therapy happened on the day of which its record tells.
fn end_by_code(event: &TherapyEvent, months: i32) -> Option<Moment> {
    match event.evidence.period {
        Some(EvidencePeriod::On(known)) => Some(known.plus_months(months)),
        _ => None,
    }
}

/// Where cell therapies stand in the record.
const SOURCES: [Source; 5] = [
    Source::Procedures,
    Source::MedicationAdministrations,
    Source::MedicationStatements,
    Source::MedicationRequests,
    Source::ServiceRequests,
];

/// So much evidence of a therapy is enough.
const MOST_SHOWN: usize = 8;

/// A pregnancy that began in the window or before it.
fn pregnancy(q: &Case<'_>, window: &Window, status: &Status, began: &[Moment]) -> Concern {
    let within = window.holds(began);
    let in_words = || q.says_in_words(|text| q.terminology.mentions(window.hint(), text));
    let ask = match status.outlook {
        Outlook::OnRecord => window.is_in_history() || in_words(),
        Outlook::Open => window.is_in_history(),
        Outlook::Clear => false,
    };
    Concern { what: status.judgement.clone(), within, ask }
}

/// A referral to a fertility clinic while the window is open: being ordered, or active on record since the therapy.
fn referral(q: &Case<'_>, window: &Window) -> Concern {
    let set = ValueSet::FERTILITY_REFERRAL;
    let within = window.holds(&[q.as_of.day()]);
    let speaks = |text: &str| q.terminology.mentions("fertility", text);
    let mut what = Judgement::not_met(Vec::new());
    let mut ask = false;
    if q.hook.is_order() {
        for order in q.orders_in_scope() {
            let concept = &order.concept;
            if concept.has(set) {
                what = what.or(Judgement::met(vec![order.evidence()]));
                ask = true;
            } else if order.kind == OrderKind::Service && concept.is(set) == Verdict::Unknown && speaks(&concept.text) {
                let gap = Gap::at(concept.gap_kind(), Source::DraftOrders, &order.reference, &concept.text);
                what = what.or(Judgement::unknown(vec![gap]));
                ask = true;
            }
        }
    } else {
        let requests = q.service_requests(set);
        for request in requests.items.iter().filter(|request| request.progress == Progress::Open) {
            let since = match (request.period.start, window.t0) {
                (Some(start), Some(t0)) => start.after(&t0),
                _ => Verdict::Unknown,
            };
            let evidence = vec![request.evidence()];
            ask |= since != Verdict::NotMet;
            what = what.or(match since {
                Verdict::Met => Judgement::met(evidence),
                Verdict::NotMet => Judgement::not_met(Vec::new()),
                Verdict::Unknown => Judgement::unknown(vec![Gap::at(
                    GapKind::ImpreciseDate,
                    Source::ServiceRequests,
                    &request.reference,
                    &request.concept.text,
                )])
                .with_evidence(evidence),
            });
        }
        ask |= requests.gaps.iter().any(|gap| gap.what.as_deref().is_some_and(speaks));
        what = what.or(Judgement::found(Vec::new(), requests.gaps));
    }
    Concern { what, within, ask: ask && window.is_in_history() }
}

/// The window to speak of, with its concern: one that surely holds it, else one that may; of two, the one that is open
/// longest.
fn foremost<'w>(windows: &'w [Window], concerns: &'w [Concern]) -> Option<(&'w Window, &'w Concern)> {
    let asked = windows.iter().zip(concerns).filter(|(window, concern)| {
        // A window that is over as far as is known: the client is told to send the rest.
        let is_over = window.is_in_history()
            && concern.within.verdict() == Verdict::Unknown
            && concern.within.gaps().iter().all(|gap| gap.kind.is_delivery());
        let is_open = !is_over && concern.within.verdict() != Verdict::NotMet;
        concern.ask && is_open && concern.what.verdict() != Verdict::NotMet
    });
    asked.max_by_key(|(window, concern)| {
        let is_sure = concern.within.verdict() == Verdict::Met;
        (is_sure, !window.is_probable(), window.end.map(|end| end.last))
    })
}

fn show_pregnancy(
    q: &Case<'_>,
    windows: &[Window],
    concerns: &[Concern],
    status: &Status,
    judgement: &Judgement,
) -> Option<Finding> {
    let (window, concern) = foremost(windows, concerns)?;
    let summary = match (status.outlook, concern.within.verdict()) {
        _ if !window.is_in_history() => window.say_undated("summary-therapy-in-words"),
        (Outlook::OnRecord, _) if window.is_probable() => window.say_undated("summary-pregnant-probable"),
        (Outlook::OnRecord, Verdict::Met) => window.say("summary-pregnant", "summary-pregnant-unclear"),
        (Outlook::OnRecord, _) => window.say_undated("summary-pregnant-unclear"),
        (_, Verdict::Met) => window.say("summary-possible", "summary-possible-unclear"),
        (_, _) => window.say_undated("summary-possible-unclear"),
    };
    let row = Criterion::new(Message::new("criterion-pregnant"), status.shown.clone());
    let is_unseen = status.outlook == Outlook::OnRecord && status.shown.verdict() == Verdict::Unknown;
    let row = if is_unseen { row.remarking(Message::new("remark-unseen")) } else { row };
    let suggestions = test(q).into_iter().filter(|_| status.outlook == Outlook::Open).collect();
    let mut context = context(q, window);
    context.push(Message::new("context-no-advice"));
    let card = CardFacts {
        indicator: if window.is_probable() { Indicator::Info } else { Indicator::Warning },
        summary,
        lead: vec![advice(window)],
        context,
        suggestions,
        override_reasons: Some(PREGNANCY_OVERRIDES),
        citations: match window.pathway {
            Pathway::Transplantation => const { &[SLIDES] },
            Pathway::CarT => {
                const { &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-053"] }] }
            }
        },
    };
    Some(Finding::beside(judgement, rows(row, windows, concerns), Some(card)))
}

fn show_referral(q: &Case<'_>, windows: &[Window], concerns: &[Concern], judgement: &Judgement) -> Finding {
    let Some((window, concern)) = foremost(windows, concerns) else { return Finding::silent(judgement) };
    let summary = match concern.within.verdict() {
        _ if window.is_probable() => window.say_undated("summary-referral-probable"),
        Verdict::Met if concern.what.verdict() == Verdict::Met => {
            window.say("summary-referral", "summary-referral-unclear")
        }
        _ => window.say_undated("summary-referral-unclear"),
    };
    let row = Criterion::new(Message::new("criterion-referral"), concern.what.clone());
    let mut context = context(q, window);
    if window.pathway == Pathway::CarT {
        context.push(Message::new("context-infertility"));
    }
    context.push(Message::new("context-other-reason"));
    let card = CardFacts {
        indicator: if window.is_probable() { Indicator::Info } else { Indicator::Warning },
        summary,
        lead: vec![advice(window)],
        context,
        suggestions: Vec::new(),
        override_reasons: Some(REFERRAL_OVERRIDES),
        citations: match window.pathway {
            Pathway::Transplantation => const { &[SLIDES] },
            Pathway::CarT => const { &[LEAFLET] },
        },
    };
    Finding::beside(judgement, rows(row, windows, concerns), Some(card))
}

/// The rows of a card: what it is about, and the windows of the therapies that are, or may be, in history.
fn rows(first: Criterion, windows: &[Window], concerns: &[Concern]) -> Vec<Criterion> {
    let known = windows.iter().zip(concerns).filter(|(window, concern)| {
        window.is_in_history() || concern.ask && window.history.judgement.verdict() == Verdict::Unknown
    });
    std::iter::once(first).chain(known.map(|(window, concern)| window.row(&concern.within))).collect()
}

fn advice(window: &Window) -> Message {
    Message::new(match window.pathway {
        Pathway::Transplantation => "advice-transplantation",
        Pathway::CarT => "advice-car-t",
    })
    .with("months", window.months)
}

fn context(q: &Case<'_>, window: &Window) -> Vec<Message> {
    let donor = || q.procedures(ValueSet::ALLOGENEIC_STEM_CELL_TRANSPLANTATION);
    if window.pathway == Pathway::Transplantation && !donor().items.is_empty() {
        return vec![Message::new("context-donor").with("months", window.months)];
    }
    Vec::new()
}

/// Draft a pregnancy test.
fn test(q: &Case<'_>) -> Option<Suggestion> {
    let code = q.terminology.members(ValueSet::HCG_PREGNANCY_TEST).first()?;
    let proposal = Proposal::Service { code: Some(code.clone()), reasons: Vec::new() };
    Some(Suggestion { label: Message::new("suggest-test"), proposal, note: None })
}
