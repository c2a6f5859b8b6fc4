//! The products of RxNorm (clinical and branded drugs, packs, components, brand names) by what is in them:
//! `fhir-profiles/rxnorm/clinical-drugs.tsv`. The file is searched as it stands, so that it costs start-up nothing.

use super::{KeyRef, Membership, System, Terminology, ValueSet};

/// The url of RxNorm.
pub(super) const URL: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";

/// The rows of the file, by number.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClinicalDrugs {
    rows: &'static str,
}

/// A product.
pub(super) struct ClinicalDrug {
    ingredients: &'static str,
    form: &'static str,
    pub(super) name: &'static str,
}

impl ClinicalDrug {
    /// The codes of the ingredients that count.
    pub(super) fn ingredients(&self) -> impl Iterator<Item = &'static str> {
        self.ingredients.split(';').filter(|code| *code != "-")
    }

    /// The value set that has the dose form in its name.
    fn form(&self) -> Option<ValueSet> {
        match self.form {
            "systemic" => Some(ValueSet::SYSTEMIC_DOSE_FORM),
            "local" => Some(ValueSet::LOCAL_DOSE_FORM),
            "ambiguous" => Some(ValueSet::AMBIGUOUS_DOSE_FORM),
            _ => None,
        }
    }
}

impl ClinicalDrugs {
    /// The products that a file lists: after lines of comment, which start with `#`, one a line, by rising number.
    #[must_use]
    pub fn new(file: &'static str) -> Self {
        let comment: usize = file.split_inclusive('\n').take_while(|line| line.starts_with('#')).map(str::len).sum();
        Self { rows: file.get(comment..).unwrap_or_default() }
    }

    pub(super) fn find(&self, code: &str) -> Option<ClinicalDrug> {
        let wanted: u32 = code.parse().ok()?;
        let (mut from, mut to) = (0, self.rows.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let before = self.rows.as_bytes().get(from..middle)?;
            let start = before.iter().rposition(|byte| *byte == b'\n').map_or(from, |newline| from + newline + 1);
            let line = self.rows.get(start..)?.lines().next()?;
            let (number, row) = line.split_once('\t')?;
            match number.parse::<u32>().ok()?.cmp(&wanted) {
                std::cmp::Ordering::Less => from = start + line.len() + 1,
                std::cmp::Ordering::Greater => to = start,
                std::cmp::Ordering::Equal => {
                    let (ingredients, row) = row.split_once('\t')?;
                    let (form, name) = row.split_once('\t')?;
                    return Some(ClinicalDrug { ingredients, form, name });
                }
            }
        }
        None
    }
}

impl Terminology {
    /// The sets of what is in a product, and of its dose form. A product of which nothing counts is in none, and known.
    pub(super) fn clinical_drug(&self, system: System, code: &str) -> Membership {
        let mut sets = Membership::default();
        let Some(drug) = self.clinical_drugs.find(code) else { return sets };
        for ingredient in drug.ingredients() {
            sets.union(self.codes.get(&KeyRef { system, code: ingredient }).copied().unwrap_or_default());
        }
        if !sets.is_empty()
            && let Some(form) = drug.form()
        {
            sets.insert(form);
        }
        sets.list();
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_by_its_number() {
        let drugs = ClinicalDrugs::new(
            "# by number\n# second line\n7\t1\tlocal\tcream\n40\t-\t-\tbrand\n123\t2;3\tsystemic\tpill\n",
        );
        let name = |code| drugs.find(code).map(|drug| drug.name);
        for (code, expected) in [
            ("7", Some("cream")),
            ("40", Some("brand")),
            ("123", Some("pill")),
            ("1", None),
            ("8", None),
            ("124", None),
            ("", None),
            ("7a", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(name(code), expected, "{code}");
        }
        let ingredients = |code| drugs.find(code).unwrap().ingredients().collect::<Vec<_>>();
        assert_eq!(ingredients("123"), ["2", "3"]);
        assert!(ingredients("40").is_empty());
        assert!(ClinicalDrugs::default().find("7").is_none());
        assert!(ClinicalDrugs::new("7\t1\tlocal\tcream").find("7").is_some(), "without a newline at the end");
        assert!(ClinicalDrugs::new("é\n").find("7").is_none());
    }
}
