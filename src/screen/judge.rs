//! Judging one patient from the lines of an export, by the rules of every service that is asked when a chart is opened: each on the
//! chart that its own queries would have brought.

use std::borrow::Cow;
use std::collections::HashSet;

use cellwise_clinic::evaluation::{Evaluation, Extent};
use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::collect::{Origin, PUT_OFF};
use cellwise_fhir_reader::later;
use cellwise_fhir_reader::lone;
use cellwise_fhir_reader::prefetch::Delivery;
use cellwise_record::{AsOf, Chart, Gap, GapKind, Source, bare_id};

use super::asked::{Asked, HOOK};
use crate::knowledge::Service;

/// A resource of a patient.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// Which kind of data.
    pub(super) source: Source,
    /// Its JSON; empty for something of it that could not be read.
    pub(super) text: &'a str,
}

/// How the kinds of data came through, for everybody.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Kinds that came, or of which it is known that there is none.
    pub(super) supplied: Vec<Source>,
    /// Kinds of which something was lost, nobody knows whose.
    pub(super) lost: Vec<Source>,
}

/// What judges patients.
pub(super) struct Judge<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) as_of: AsOf,
    pub(super) state: State,
}

/// What came of a patient.
pub(super) struct Judged<'a> {
    /// What each service found.
    pub(super) of_services: Vec<(&'a Service, Evaluation)>,
    /// Whether the Patient itself came.
    pub(super) has_patient: bool,
}

/// Where the Medication of an id is.
pub(super) trait Drugs {
    /// The Medication with this id, as JSON.
    fn drug(&self, id: &str) -> Option<Cow<'_, str>>;
}

impl Judge<'_> {
    /// Judges a patient of whom these pieces are all there is.
    pub(super) fn judge<'p>(
        &self,
        patient_id: &str,
        pieces: impl Iterator<Item = Piece<'p>>,
        drugs: &impl Drugs,
    ) -> Judged<'_> {
        let Asked { engine, services, sources, .. } = self.asked;
        let mut builder = ChartBuilder::new(&engine.knowledge().terminology, "en", engine.zone(), sources);
        let pieces: Vec<Piece<'p>> = pieces.collect();
        if pieces.iter().all(|piece| later::is_whole(piece.text)) {
            builder.spare();
        }
        let mut lost: Vec<Source> = self.state.lost.clone();
        let mut has_patient = false;
        let mut put_off: Vec<(Origin<'static>, &'p str)> = Vec::new();
        for (index, Piece { source, text }) in pieces.into_iter().enumerate() {
            let origin = Origin::Entry { key: source.key(), index };
            let is_read = !text.is_empty() && lone::read(&mut builder, origin, text).is_ok();
            if !is_read {
                lost.push(source);
            } else if source == Source::Patient {
                has_patient = true;
            } else if source == PUT_OFF {
                put_off.push((origin, text));
            }
        }
        Self::read_drugs(&mut builder, drugs);
        if builder.has_put_off() {
            let so_far = self.finish(builder.clone(), patient_id, has_patient, &lost);
            if let Some(of_services) = self.judge_so_far(so_far.as_ref()) {
                return Judged { of_services, has_patient };
            }
            later::read_lone(&mut builder, put_off.into_iter(), |_| lost.push(PUT_OFF));
        }
        let chart = self.finish(builder, patient_id, has_patient, &lost);
        let judge = |service: &&'_ Service| {
            let chart = chart.as_ref()?.only(&service.sources);
            Some(engine.judge_chart(service, HOOK, &chart, Extent::Cards))
        };
        let of_services = services.iter().filter_map(|service| Some((*service, judge(service)?))).collect();
        Judged { of_services, has_patient }
    }

    /// What each service finds before what is put off was read; `None` where one has to look there.
    fn judge_so_far(&self, chart: Option<&Chart>) -> Option<Vec<(&Service, Evaluation)>> {
        let Asked { engine, services, .. } = self.asked;
        let judge = |service: &&'_ Service| engine.judge_so_far(service, HOOK, &chart?.only(&service.sources));
        services.iter().map(|service| Some((*service, judge(service)?))).collect()
    }

    /// The chart of a patient.
    fn finish(
        &self,
        mut builder: ChartBuilder<'_>,
        patient_id: &str,
        has_patient: bool,
        lost: &[Source],
    ) -> Option<Chart> {
        let sources = &self.asked.sources;
        for source in sources {
            // A Patient of whom nothing came is not "no patient".
            let came = if *source == Source::Patient { has_patient } else { self.state.supplied.contains(source) };
            if came {
                builder.delivered(*source, Delivery::Data);
            }
            if lost.contains(source) {
                builder.gap(Gap::of(GapKind::Incomplete, *source));
            }
        }
        // Nobody else's Patient is among the pieces.
        builder.finish(patient_id, self.as_of, None).ok()
    }

    /// Reads the Medications that are referred to, and what they refer to.
    fn read_drugs(builder: &mut ChartBuilder<'_>, drugs: &impl Drugs) {
        let mut asked: HashSet<String> = HashSet::new();
        loop {
            let id_of = |reference| bare_id(reference).rsplit(':').next().unwrap_or_default().to_owned();
            let ids = builder.unread_drugs().map(|(_, reference)| id_of(reference));
            let ids: Vec<String> = ids.filter(|id| !asked.contains(id)).collect();
            if ids.is_empty() {
                return;
            }
            for id in ids {
                // One that can't be read stays without a code.
                if let Some(text) = drugs.drug(&id).filter(|_| !asked.contains(&id)) {
                    let _ = lone::read(builder, Origin::Entry { key: "", index: 0 }, &text);
                }
                asked.insert(id);
            }
        }
    }
}
