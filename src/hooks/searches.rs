//! What each query of a service came to: in prefetch, then from a FHIR server; and what is still lacking.

use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::call::{Holds, Queries};
use cellwise_fhir_reader::prefetch::{Delivered, Delivery};
use cellwise_record::{AsOf, Gap, Need, Source};
use jiff::ToSpan as _;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::hooks::self_link::{Fit, Wanted, fit};
use crate::knowledge::{Asked, DRAFTED_MEDICATIONS, PATIENT_TOKEN, Service, searchable};

/// Whom and when the data is about: what turns a template into a query.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) patient_id: String,
    pub(super) as_of: AsOf,
}

/// The queries of a service and what came of each.
pub(super) struct Searches<'e> {
    all: Vec<Search<'e>>,
}

struct Search<'e> {
    asked: &'e Asked,
    came: Option<Came>,
}

/// What came of a query.
struct Came {
    delivered: Delivered,
    /// What is wrong with single entries of it.
    gaps: Vec<Gap>,
    /// What its self links say; `None` before that was looked at, and of what has none.
    fit: Option<Fit>,
}

impl Came {
    /// What it counts as: a search for less than was asked is not all there is, whatever it brought.
    fn delivery(&self) -> Delivery {
        match (self.delivered.delivery, self.fit) {
            (Delivery::None | Delivery::Data | Delivery::Incomplete, Some(Fit::Elsewhere)) => Delivery::Failed,
            (Delivery::None | Delivery::Data, Some(Fit::Narrower)) => Delivery::Incomplete,
            (delivery, _) => delivery,
        }
    }

    /// Whether it is all there is.
    fn is_all(&self) -> bool {
        matches!(self.delivery(), Delivery::None | Delivery::Data) && self.gaps.is_empty()
    }

    fn compare(&mut self, asked: &Asked, about: &About) {
        let Some(links) = &self.delivered.self_links else { return };
        // A template that reads one resource searches for nothing.
        if !asked.template.contains('?') {
            return;
        }
        // Most test data, and some servers, have none.
        if links.is_empty() {
            self.fit = Some(Fit::Unsaid);
            return;
        }
        let query = filled(asked, about);
        let wanted = Wanted {
            source: asked.source,
            query: &query,
            patient_id: &about.patient_id,
            since: since(asked, about),
            as_of: &about.as_of,
        };
        self.fit = Some(links.iter().map(|link| fit(link, &wanted)).max().unwrap_or(Fit::Unsaid));
    }
}

impl Queries for Searches<'_> {
    fn holds(&self, key: &str) -> Holds {
        match self.all.iter().find(|search| search.asked.key == key) {
            Some(search) => Holds::Data(search.asked.source),
            None if *key == *DRAFTED_MEDICATIONS => Holds::Drugs,
            None => Holds::Nothing,
        }
    }

    fn prefetched(&mut self, key: &str, delivered: &Delivered, gaps: &[Gap]) {
        for search in self.all.iter_mut().filter(|search| search.asked.key == key) {
            search.came = Some(Came { delivered: delivered.clone(), gaps: gaps.to_vec(), fit: None });
        }
    }
}

impl<'e> Searches<'e> {
    pub(super) fn new(service: &'e Service) -> Self {
        Self { all: service.asked.iter().map(|asked| Search { asked, came: None }).collect() }
    }

    /// Looks at the self links, now that it is known whom they must be about.
    pub(super) fn compare(&mut self, about: &About) {
        for Search { asked, came } in &mut self.all {
            if let Some(came) = came {
                came.compare(asked, about);
            }
        }
    }

    /// Takes what a FHIR server answered, `None` when that can't be used; says what the answer looked at.
    pub(super) fn fetched(
        &mut self,
        need: &Need,
        answer: Option<Delivered>,
        gaps: Vec<Gap>,
        about: &About,
    ) -> Option<Fit> {
        let search = self.all.iter_mut().find(|search| search.asked.key == need.key)?;
        let answer = answer.map(|delivered| {
            let mut came = Came { delivered, gaps, fit: None };
            came.compare(search.asked, about);
            came
        });
        if let Some(came) = answer.filter(|came| came.delivery().is_an_answer()) {
            return search.came.insert(came).fit;
        }
        search.fail();
        None
    }

    /// Notes that a query was sent and nothing came. What prefetch brought of it stays.
    pub(super) fn failed(&mut self, need: &Need) {
        self.all.iter_mut().filter(|search| search.asked.key == need.key).for_each(Search::fail);
    }

    /// Whether nothing of a kind came, not even an error.
    pub(super) fn has_nothing(&self, source: Source) -> bool {
        self.of(source).all(|search| search.came.is_none())
    }

    /// Whether nothing of a kind came but errors.
    pub(super) fn has_no_data(&self, source: Source) -> bool {
        self.of(source).all(|search| search.came.as_ref().is_none_or(|came| !came.delivery().is_an_answer()))
    }

    /// What did not come, not whole, or only as an error, of the kinds that `matter`.
    pub(super) fn needs(&self, about: &About, matters: impl Fn(Source) -> bool) -> Vec<Need> {
        let lacking = self.all.iter().filter(|search| {
            let source = search.asked.source;
            !search.asked.is_whole && matters(source) && !search.is_settled() && !self.came_as_one(source)
        });
        lacking
            .map(|Search { asked, .. }| {
                let from = since(asked, about).map(|day| format!("&date=ge{day}")).unwrap_or_default();
                Need { source: asked.source, key: asked.key.clone(), query: format!("{}{from}", filled(asked, about)) }
            })
            // A template that can't be filled in can't be asked.
            .filter(|need| !need.query.contains("{{"))
            .collect()
    }

    /// The prefetch keys whose search looked at less than was asked.
    pub(super) fn narrowed(&self) -> impl Iterator<Item = (&str, Source)> {
        let narrowed = self.all.iter().filter(|search| {
            search.came.as_ref().is_some_and(|came| matches!(came.fit, Some(Fit::Narrower | Fit::Elsewhere)))
        });
        narrowed.map(|search| (search.asked.key.as_str(), search.asked.source))
    }

    /// Whether a search does not say what it looked at.
    pub(super) fn has_unsaid(&self) -> bool {
        self.all.iter().any(|search| search.came.as_ref().is_some_and(|came| came.fit == Some(Fit::Unsaid)))
    }

    /// Tells the builder how each kind of data came through.
    pub(super) fn settle(&self, sources: &[Source], builder: &mut ChartBuilder<'_>) {
        for source in sources {
            if let Some(delivery) = self.state(*source) {
                builder.delivered(*source, delivery);
            }
        }
        let open = self
            .all
            .iter()
            .filter(|search| sources.contains(&search.asked.source) && !self.is_settled(search.asked.source));
        let gaps = open.filter_map(|search| search.came.as_ref()).flat_map(|came| &came.gaps);
        gaps.for_each(|gap| builder.gap(gap.clone()));
    }

    fn of(&self, source: Source) -> impl Iterator<Item = &Search<'e>> {
        self.all.iter().filter(move |search| search.asked.source == source)
    }

    /// Whether all queries of a kind came as one.
    fn came_as_one(&self, source: Source) -> bool {
        self.of(source).any(|search| search.asked.is_whole && search.is_settled())
    }

    /// Whether all there is of a kind came, in one query or in several.
    fn is_settled(&self, source: Source) -> bool {
        self.came_as_one(source) || self.of(source).filter(|search| !search.asked.is_whole).all(Search::is_settled)
    }

    /// What a kind of data came to in all; `None` when nobody looked.
    fn state(&self, source: Source) -> Option<Delivery> {
        let states = |whole: bool| {
            self.of(source)
                .filter(move |search| search.asked.is_whole == whole)
                .map(|search| search.came.as_ref().map(Came::delivery))
        };
        let one = states(true).flatten().next();
        if let Some(delivery @ (Delivery::None | Delivery::Data)) = one {
            return Some(delivery);
        }
        let parts: Vec<Option<Delivery>> = states(false).collect();
        if let [only] = parts.as_slice() {
            return *only;
        }
        let came = |delivery: &&Option<Delivery>| matches!(delivery, Some(Delivery::None | Delivery::Data));
        if parts.iter().filter(came).count() == parts.len() {
            let any = parts.contains(&Some(Delivery::Data));
            return Some(if any { Delivery::Data } else { Delivery::None });
        }
        let all: Vec<Delivery> = parts.into_iter().chain([one]).flatten().collect();
        let any = all.iter().any(|delivery| delivery.is_an_answer());
        let is_failed = !all.is_empty();
        if any { Some(Delivery::Incomplete) } else { is_failed.then_some(Delivery::Failed) }
    }
}

impl Search<'_> {
    /// Whether there is nothing more to be had. Of a Patient that is `null` nothing was said.
    fn is_settled(&self) -> bool {
        let Some(came) = &self.came else { return false };
        came.is_all() && !(self.asked.source == Source::Patient && came.delivery() == Delivery::None)
    }

    fn fail(&mut self) {
        let has_part =
            self.came.as_ref().is_some_and(|came| came.delivery() == Delivery::Incomplete || !came.gaps.is_empty());
        if !has_part {
            self.came = Some(Came { delivered: Delivery::Failed.into(), gaps: Vec::new(), fit: None });
        }
    }
}

/// A template with the patient in it.
fn filled(asked: &Asked, about: &About) -> String {
    // A comma in an id would ask for two patients.
    let id = if asked.template.contains('?') {
        searchable(&about.patient_id)
    } else {
        utf8_percent_encode(&about.patient_id, IN_A_PATH).to_string()
    };
    asked.template.replace(PATIENT_TOKEN, &id)
}

/// The first day that matters of what is asked of some days.
fn since(asked: &Asked, about: &About) -> Option<Date> {
    about.as_of.date.checked_sub(asked.recent_days?.days()).ok()
}

/// What an id keeps as part of a path. FHIR ids keep all of it; what is sent may be anything.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
