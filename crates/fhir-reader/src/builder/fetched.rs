//! What is still lacking while a chart is built, and taking it from elsewhere than prefetch.

use crate::builder::ChartBuilder;
use crate::builder::identity::may_be;
use crate::collect::Origin;
use cellwise_record::facts::concept::Coding;
use cellwise_record::{Gap, GapKind, Need, Source, is_id, without_version};

impl ChartBuilder<'_> {
    /// Whether a Patient with another id was read.
    #[must_use]
    pub fn is_about_another(&self, patient_id: &str) -> bool {
        self.patient.as_ref().is_some_and(|patient| !patient.id.is_empty() && patient.id != patient_id)
    }

    /// Forgets a Patient with another id, and says whether there was one.
    pub fn forget_another(&mut self, patient_id: &str) -> bool {
        let is_another = self.is_about_another(patient_id);
        if is_another {
            self.patient = None;
        }
        is_another
    }

    /// Says that this EHR holds `missing` as `holder`.
    pub fn held_elsewhere(&mut self, missing: Source, holder: Source) {
        self.elsewhere.push((missing, holder));
    }

    /// Says that this EHR has none of a kind of data.
    pub fn held_nowhere(&mut self, source: Source) {
        self.sources.held_nowhere(source);
    }

    /// Gives the kinds of data that are held as another the state of that other.
    pub(super) fn settle_elsewhere(&mut self) {
        for (missing, holder) in std::mem::take(&mut self.elsewhere) {
            let gaps = self.sources.gaps_of(holder);
            match gaps.iter().find(|gap| gap.kind.is_delivery()) {
                Some(gap) => self.sources.gap(Gap::of(gap.kind, missing)),
                None => self.sources.supplied(missing),
            }
        }
    }

    /// Takes back what was noted to be wrong with a kind of data so far.
    pub fn take_gaps(&mut self, source: Source) -> Vec<Gap> {
        self.sources.forget_delivery(source)
    }

    /// Notes that a kind of data, or one entry of it, has a gap.
    pub fn gap(&mut self, gap: Gap) {
        self.sources.gap(gap);
    }

    /// Names the patient whom the data that follows was asked for. A search that answers with someone else's data did not
    /// do what it was asked.
    pub fn asked_for(&mut self, patient_id: &str) {
        self.asked_for = Some(patient_id.to_owned());
    }

    /// Notices a resource about someone else in what was fetched.
    pub(super) fn compare_with_question(&mut self, origin: Origin<'_>, about: Option<&str>) {
        let (Some(patient_id), Some(about)) = (&self.asked_for, about) else { return };
        if let Origin::Entry { key, .. } = origin
            && let Some(source) = Source::of_key(key)
            && !may_be(about, patient_id)
        {
            self.sources.gap(Gap::of(GapKind::Incomplete, source));
        }
    }

    /// What to read so that drugs that are only referenced get their codes: at most `most`, those of drafts first. A
    /// reference that leads to another server than `base` is left alone: the same id means something else here.
    #[must_use]
    pub fn missing_drugs(&self, base: &str, most: usize) -> Vec<Need> {
        let mut needs: Vec<Need> = Vec::new();
        for (source, reference) in self.unread_drugs() {
            let path = reference.strip_prefix(base).map_or(reference, |path| path.trim_start_matches('/'));
            let path = without_version(path);
            let Some(id) = path.strip_prefix("Medication/").filter(|id| is_id(id)) else { continue };
            let query = format!("Medication/{id}");
            if needs.len() < most && !needs.iter().any(|need| need.query == query) {
                needs.push(Need { source, key: source.key().to_owned(), query });
            }
        }
        needs
    }

    /// The references, as they stand there, to Medications that say which drug something is and were not read yet; those of
    /// drafts first. One may come several times.
    pub fn unread_drugs(&self) -> impl Iterator<Item = (Source, &str)> {
        let drafts = self.orders.iter().chain(&self.stops).map(|pending| {
            let fact = &pending.fact;
            (Source::DraftOrders, &fact.concept, &fact.medication_references)
        });
        let uses = self.medications.iter().map(|pending| {
            let fact = &pending.fact;
            (fact.source(), &fact.concept, &fact.medication_references)
        });
        let referred = drafts.chain(uses).filter(|(_, concept, _)| concept.coding != Coding::Known);
        let referred = referred.flat_map(|(source, _, of)| of.iter().map(move |reference| (source, reference)));
        referred.flat_map(|(source, reference)| {
            // What is in a drug may stand in a resource of its own.
            let found = self.drugs.get(reference, &self.addresses);
            let parts = found.map_or(std::slice::from_ref(reference), |drug| &drug.references);
            let unread = parts.iter().filter(|part| self.drugs.get(part, &self.addresses).is_none());
            unread.map(move |part| (source, part.as_str()))
        })
    }
}
