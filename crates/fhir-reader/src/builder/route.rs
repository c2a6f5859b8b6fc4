//! Where a drug goes: by the codes of its stated routes and dose forms, else by the words for them.

use crate::builder::ChartBuilder;
use crate::lens::{Many, Object, Read};
use crate::read::concept;
use crate::resource::{Concept as ConceptLens, Dosage};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::Route;
use cellwise_record::terminology::{Terminology, ValueSet};

impl ChartBuilder<'_> {
    /// Where a drug goes, by its stated routes, each by its code, else its words, else the instruction it stands in. One
    /// systemic route among several decides, then one that does not tell.
    pub(super) fn route(&self, dosages: [&Many<Dosage<'_>>; 2]) -> Route {
        let routes = dosages.into_iter().flat_map(|many| &many.items).map(|dosage| self.route_of(dosage));
        strongest(routes)
    }

    fn route_of(&self, dosage: &Dosage<'_>) -> Route {
        let stated = match dosage.route.value() {
            None => Route::NotStated,
            Some(route) => {
                let codes = concept::codes_of(&dosage.route, self.vocabulary());
                let displays = route.0.coding.items.iter().map(|coding| &coding.display);
                let words = displays.chain([&route.0.text]).filter_map(Read::as_str);
                by_code(&codes, ROUTES).unwrap_or_else(|| strongest(words.map(|words| self.route_in_words(words))))
            }
        };
        stated.or(dosage.text.as_str().map_or(Route::NotStated, |text| self.route_in_words(text)))
    }

    fn route_in_words(&self, words: &str) -> Route {
        let says = |hint| self.terminology.mentions(hint, words);
        match (says("route-local"), says("route-systemic"), says("route-ambiguous")) {
            (_, true, true) | (false, true, false) => Route::Systemic,
            (_, false, true) => Route::Ambiguous,
            // Words of both kinds in one phrase ("oral inhalation") name a place.
            (true, _, false) => Route::Local,
            (false, false, false) => Route::NotStated,
        }
    }

    /// What the dose forms of a medication say of where it goes. One that does not tell is no route.
    pub(super) fn form(&self, forms: [&Read<Object<ConceptLens<'_>>>; 2]) -> Route {
        let forms = forms.map(|form| concept::read_element(form, self.vocabulary()));
        let coded = forms.iter().find_map(|form| by_code(form, FORMS));
        match coded.unwrap_or_else(|| strongest(forms.iter().map(|form| self.form_in_words(&form.text)))) {
            Route::Ambiguous => Route::NotStated,
            form => form,
        }
    }

    fn form_in_words(&self, words: &str) -> Route {
        let says = |hint| self.terminology.mentions(hint, words);
        if says("form-ambiguous") {
            Route::Ambiguous
        } else if says("form-systemic") || says("route-systemic") {
            Route::Systemic
        } else if says("form-local") || says("route-local") {
            Route::Local
        } else {
            Route::NotStated
        }
    }
}

/// The dose form that a name of a drug has in it: "hydrocortison crème". Only a local one is told by its name.
pub(super) fn form_of_name(drug: &Concept, terminology: &Terminology) -> Route {
    let is_local = drug.names().any(|name| terminology.mentions("form-local", name));
    if is_local { Route::Local } else { Route::NotStated }
}

/// The dose form that the code of a product has in it (RxNorm): "Oral Tablet", "Topical Cream".
pub(super) fn form_of_product(drug: &Concept) -> Route {
    match by_code(drug, FORMS) {
        None | Some(Route::Ambiguous) => Route::NotStated,
        Some(form) => form,
    }
}

/// The value sets of what is systemic, local, and neither.
type Kinds = [(ValueSet, Route); 3];

const ROUTES: Kinds = [
    (ValueSet::SYSTEMIC_ROUTE, Route::Systemic),
    (ValueSet::AMBIGUOUS_ROUTE, Route::Ambiguous),
    (ValueSet::LOCAL_ROUTE, Route::Local),
];
const FORMS: Kinds = [
    (ValueSet::SYSTEMIC_DOSE_FORM, Route::Systemic),
    (ValueSet::AMBIGUOUS_DOSE_FORM, Route::Ambiguous),
    (ValueSet::LOCAL_DOSE_FORM, Route::Local),
];

fn by_code(concept: &Concept, kinds: Kinds) -> Option<Route> {
    kinds.into_iter().find_map(|(set, route)| concept.has(set).then_some(route))
}

/// The route among several that decides.
fn strongest(routes: impl Iterator<Item = Route>) -> Route {
    routes.fold(Route::NotStated, |strongest, route| match (strongest, route) {
        (Route::Systemic, _) | (_, Route::Systemic) => Route::Systemic,
        (Route::Ambiguous, _) | (_, Route::Ambiguous) => Route::Ambiguous,
        (Route::Local, _) | (_, Route::Local) => Route::Local,
        (Route::NotStated, Route::NotStated) => Route::NotStated,
    })
}
