//! Which drug something is: what a Medication says, wherever it stands, with all that is in it.

use crate::builder::ChartBuilder;
use crate::builder::references::{Addresses, Target};
use crate::builder::route::form_of_product;
use crate::lens::{Many, Object, Read};
use crate::prefetch::medication;
use crate::read::concept;
use crate::resource::{Concept as ConceptLens, Contained, Ingredient, Reference, Resource};
use cellwise_record::bare_id;
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::medication::{Route, Substance, Treatment};
use std::collections::HashMap;

/// A drug, as far as it is known where it stands.
#[derive(Clone)]
pub(super) struct Drug {
    /// Which it is.
    pub(super) concept: Concept,
    /// What its dose form says of where it goes.
    pub(super) form: Route,
    /// The Medications that say more.
    pub(super) references: Vec<String>,
    /// Its codes, by which two records of one drug are known to be of the same.
    pub(super) substances: Vec<Substance>,
}

/// A drug within a drug within a drug: deeper ones are not looked for.
const DEEPEST: usize = 4;

/// The elements that say what a Medication is.
struct Product<'r, 'a> {
    code: &'r Read<Object<ConceptLens<'a>>>,
    forms: [&'r Read<Object<ConceptLens<'a>>>; 2],
    ingredients: &'r Many<Ingredient<'a>>,
}

impl<'r, 'a> Product<'r, 'a> {
    fn of(contained: &'r Contained<'a>) -> Self {
        Self {
            code: &contained.code,
            forms: [&contained.form, &contained.dose_form],
            ingredients: &contained.ingredient,
        }
    }
}

impl ChartBuilder<'_> {
    /// A Medication resource.
    pub(super) fn product(&self, resource: &Resource<'_>) -> Drug {
        let product = Product {
            code: &resource.code,
            forms: [&resource.form, &resource.dose_form],
            ingredients: &resource.ingredient,
        };
        self.read_product(&product, &resource.contained, 0)
    }

    fn read_product(&self, product: &Product<'_, '_>, contained: &Many<Contained<'_>>, depth: usize) -> Drug {
        let mut concept = concept::read_element(product.code, self.vocabulary());
        let (says_it, mut is_whole) = (concept.is_classified(), product.ingredients.unreadable == 0);
        let mut references = Vec::new();
        for ingredient in &product.ingredients.items {
            for item in [&ingredient.item_codeable_concept, &ingredient.item] {
                concept.add_ingredient(&concept::read_element(item, self.vocabulary()));
            }
            let of_item = ingredient.item.value().and_then(|item| item.0.reference.value()).map(|item| &**item);
            let reference = ingredient.item_reference.value().map(|reference| &reference.0).or(of_item);
            let Some(reference) = reference else { continue };
            concept.add_ingredient(&concept::display_only(reference, self.vocabulary()));
            match target_of(reference, contained) {
                Some(Place::Here(part)) if depth < DEEPEST => {
                    let part = self.read_product(&Product::of(part), contained, depth + 1);
                    concept.add_ingredient(&part.concept);
                    references.extend(part.references);
                }
                Some(Place::Elsewhere(target)) => references.push(target.to_owned()),
                Some(Place::Here(_)) | None => is_whole = false,
            }
        }
        // Until the references are followed, it may be anything.
        if !(says_it || is_whole && references.is_empty()) {
            concept.leave_open();
        }
        let substances = product.code.value().map(|code| self.substances(&code.0)).unwrap_or_default();
        Drug { concept, form: self.form(product.forms), references, substances }
    }

    /// The drug of a medication resource. What another resource says of it waits for [`Self::follow_references`].
    pub(super) fn drug(&self, resource: &Resource<'_>) -> Drug {
        let (concept, reference, unreadable) = medication(resource);
        let mut drug = Drug {
            concept: Concept::default(),
            form: Route::NotStated,
            references: Vec::new(),
            substances: Vec::new(),
        };
        if let Some(concept) = concept {
            drug.concept = concept::read(concept, self.vocabulary());
            drug.substances = self.substances(concept);
        } else if let Some(reference) = reference {
            drug.concept = concept::display_only(reference, self.vocabulary());
            match target_of(reference, &resource.contained) {
                Some(Place::Here(contained)) => {
                    let product = self.read_product(&Product::of(contained), &resource.contained, 0);
                    drug.concept.merge(&product.concept);
                    drug = Drug { concept: drug.concept, ..product };
                }
                Some(Place::Elsewhere(target)) => drug.references.push(target.to_owned()),
                None => {}
            }
        } else if unreadable {
            drug.concept.coding = Coding::Unreadable;
        }
        drug
    }

    /// The drug that a concept names, by each of its codes. "Other" and "unknown" are codes, and no drugs.
    fn substances(&self, concept: &ConceptLens<'_>) -> Vec<Substance> {
        let inner = concept.concept.value().into_iter().flat_map(|concept| self.substances(concept));
        let own = concept.coding.items.iter().filter_map(|coding| {
            let (system, code) = (coding.system.as_str()?, coding.code.as_str()?);
            if NO_DRUG.iter().any(|word| system.contains(word)) {
                return None;
            }
            let name = self.terminology.substance(system, code).unwrap_or_default();
            let part = self.terminology.part_of_body(system, code);
            Some(Substance { code: format!("{system}|{code}"), name, part })
        });
        own.chain(inner).collect()
    }
}

/// In the addresses of code systems that say why there is no code.
const NO_DRUG: [&str; 3] = ["NullFlavor", "null-flavor", "data-absent-reason"];

/// Where the target of a reference stands.
enum Place<'r, 'a> {
    /// In the same resource.
    Here(&'r Contained<'a>),
    /// Elsewhere.
    Elsewhere(&'r str),
}

/// The target of a reference; none when it has none, or none that is there.
fn target_of<'r, 'a>(reference: &'r Reference<'a>, contained: &'r Many<Contained<'a>>) -> Option<Place<'r, 'a>> {
    let target = reference.reference.as_str().filter(|target| !target.is_empty())?;
    match target.strip_prefix('#') {
        Some(id) => contained.items.iter().find(|of| of.id.as_str() == Some(id)).map(Place::Here),
        None => Some(Place::Elsewhere(target)),
    }
}

/// The Medications of a request, by what they are called.
#[derive(Clone, Default)]
pub(super) struct Drugs(HashMap<String, Drug>);

impl Drugs {
    pub(super) fn insert(&mut self, reference: String, drug: Drug) {
        self.0.insert(reference, drug);
    }

    /// The Medication that a reference leads to.
    pub(super) fn get(&self, reference: &str, addresses: &Addresses) -> Option<&Drug> {
        // Where nothing else bears the address, the last part of it may be the id.
        let of_id = |id: &str| self.0.get(&format!("Medication/{}", bare_id(id.rsplit(':').next().unwrap_or(id))));
        match addresses.target(reference) {
            Target::Named(named) => self.0.get(named).or_else(|| of_id(named)),
            Target::Nowhere => of_id(reference),
            Target::Unread => None,
        }
    }

    /// Adds to a drug what the Medications say that it refers to. What can't be found may be anything.
    pub(super) fn complete(
        &self,
        concept: &mut Concept,
        route: &mut Route,
        references: &[String],
        addresses: &Addresses,
    ) {
        self.add(concept, route, references, addresses, 0);
        if !references.is_empty() {
            *route = route.or(form_of_product(concept));
        }
    }

    /// Adds to a treatment the codes of the Medications that say which drug it is with.
    pub(super) fn name(&self, treatment: &mut Treatment, references: &[String], addresses: &Addresses) {
        let found = references.iter().filter_map(|reference| self.get(reference, addresses));
        treatment.drug.extend(found.flat_map(|drug| drug.substances.iter().cloned()));
    }

    /// Adds what the references lead to, and says whether all of it was found.
    fn add(
        &self,
        concept: &mut Concept,
        route: &mut Route,
        references: &[String],
        addresses: &Addresses,
        depth: usize,
    ) -> bool {
        let says_it = concept.is_classified();
        let mut is_whole = true;
        for reference in references {
            let Some(drug) = self.get(reference, addresses).filter(|_| depth < DEEPEST) else {
                is_whole = false;
                continue;
            };
            let (mut found, mut form) = (drug.concept.clone(), drug.form);
            is_whole &= self.add(&mut found, &mut form, &drug.references, addresses, depth + 1);
            if depth == 0 {
                concept.merge(&found);
            } else {
                concept.add_ingredient(&found);
            }
            *route = route.or(form);
        }
        is_whole |= says_it;
        if !is_whole {
            concept.leave_open();
        }
        is_whole
    }
}
