//! An invented hospital: the patients of a bulk export, as many as one likes, the same in every run. Nobody's record.
//!
//! Of a hundred patients ninety-nine never come near a cell therapy: a few contacts, some drugs, vitals and laboratory values, of
//! which some are of the kind that rules read. The hundredth has multiple sclerosis or lymphoma, or had CAR-T or a transplantation, with
//! what comes with it. Files are by type, in parts, and in no order of patients: an export writes them as its database has them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use fastrand::Rng;

/// Patients that are written in one go, their resources mixed.
const SHUFFLED: usize = 2_000;
/// Patients to a file of each type.
const PER_FILE: usize = 100_000;

const TYPES: [&str; 12] = [
    "Patient",
    "Condition",
    "Procedure",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "Observation",
    "ServiceRequest",
    "AllergyIntolerance",
    "Encounter",
    "DocumentReference",
    "Medication",
];

const SNOMED: &str = "http://snomed.info/sct";
const ATC: &str = "http://www.whocc.no/atc";
const LOINC: &str = "http://loinc.org";

/// Code and name.
type Code = (&'static str, &'static str);

const DIAGNOSES: [Code; 14] = [
    ("38341003", "Hypertensive disorder"),
    ("44054006", "Type 2 diabetes mellitus"),
    ("195967001", "Asthma"),
    ("40930008", "Hypothyroidism"),
    ("396275006", "Osteoarthritis"),
    ("235595009", "Gastroesophageal reflux disease"),
    ("13645005", "Chronic obstructive pulmonary disease"),
    ("49436004", "Atrial fibrillation"),
    ("35489007", "Depressive disorder"),
    ("263102004", "Fracture of radius"),
    ("254837009", "Malignant neoplasm of breast"),
    ("399068003", "Malignant tumor of prostate"),
    ("22298006", "Myocardial infarction"),
    ("230690007", "Cerebrovascular accident"),
];
const PROCEDURES: [Code; 8] = [
    ("80146002", "Appendectomy"),
    ("73761001", "Colonoscopy"),
    ("40701008", "Echocardiography"),
    ("399208008", "Plain chest X-ray"),
    ("77477000", "Computed tomography"),
    ("274025005", "Colonic polypectomy"),
    ("11466000", "Cesarean section"),
    ("232717009", "Coronary artery bypass graft"),
];
const DRUGS: [Code; 14] = [
    ("N02BE01", "paracetamol"),
    ("A02BC01", "omeprazole"),
    ("C07AB02", "metoprolol"),
    ("C09AA02", "enalapril"),
    ("A10BA02", "metformin"),
    ("C10AA05", "atorvastatin"),
    ("B01AC06", "acetylsalicylic acid"),
    ("H03AA01", "levothyroxine"),
    ("R03AC02", "salbutamol"),
    ("J01CR02", "amoxicillin and enzyme inhibitor"),
    ("M01AE01", "ibuprofen"),
    ("B01AF01", "rivaroxaban"),
    ("H02AB06", "prednisolone"),
    ("J05AB11", "valaciclovir"),
];
/// Code, unit, a usual value, what it varies by.
const VITALS: [(Code, &str, f64, f64); 6] = [
    (("8867-4", "Heart rate"), "/min", 72.0, 20.0),
    (("8310-5", "Body temperature"), "Cel", 36.9, 0.8),
    (("9279-1", "Respiratory rate"), "/min", 15.0, 4.0),
    (("29463-7", "Body weight"), "kg", 76.0, 25.0),
    (("8480-6", "Systolic blood pressure"), "mm[Hg]", 128.0, 25.0),
    (("2708-6", "Oxygen saturation in Arterial blood"), "%", 97.0, 2.0),
];
const LABORATORY: [(Code, &str, f64, f64); 12] = [
    (("718-7", "Hemoglobin [Mass/volume] in Blood"), "g/dL", 13.4, 2.0),
    (("6690-2", "Leukocytes [#/volume] in Blood by Automated count"), "10*9/L", 6.9, 2.5),
    (("777-3", "Platelets [#/volume] in Blood by Automated count"), "10*9/L", 240.0, 70.0),
    (("751-8", "Neutrophils [#/volume] in Blood by Automated count"), "10*9/L", 4.1, 1.5),
    (("2160-0", "Creatinine [Mass/volume] in Serum or Plasma"), "mg/dL", 0.9, 0.3),
    (("2951-2", "Sodium [Moles/volume] in Serum or Plasma"), "mmol/L", 139.0, 3.0),
    (("2823-3", "Potassium [Moles/volume] in Serum or Plasma"), "mmol/L", 4.2, 0.4),
    (("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma"), "mg/L", 6.0, 6.0),
    (("1742-6", "Alanine aminotransferase in Serum or Plasma"), "U/L", 27.0, 12.0),
    (("2345-7", "Glucose [Mass/volume] in Serum or Plasma"), "mg/dL", 98.0, 20.0),
    (("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"), "%", 5.8, 0.8),
    (("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma"), "m[IU]/L", 2.1, 1.0),
];

/// Who somebody is, as far as cell therapies go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Ordinary,
    MultipleSclerosis,
    Lymphoma,
    AfterCarT,
    AfterTransplantation,
}

/// What is written so far of a type: lines, in the order they were made.
struct Lines([Vec<String>; TYPES.len()]);

impl Lines {
    fn add(&mut self, kind: &str, line: String) {
        let place = TYPES.iter().position(|of| *of == kind);
        if let Some(lines) = place.and_then(|place| self.0.get_mut(place)) {
            lines.push(line);
        }
    }
}

/// Writes the export of `patients` patients; returns its size in bytes.
pub(crate) fn write(folder: &Path, patients: usize) -> io::Result<u64> {
    fs::create_dir_all(folder)?;
    let mut bytes = 0;
    for (part, first) in (0..patients).step_by(PER_FILE).enumerate() {
        let mut files = Vec::new();
        for kind in TYPES {
            files.push(BufWriter::new(File::create(folder.join(format!("{kind}.{part:03}.ndjson")))?));
        }
        let end = patients.min(first + PER_FILE);
        for start in (first..end).step_by(SHUFFLED) {
            let mut lines = Lines(Default::default());
            if start == 0 {
                for drug in &DRUGS {
                    lines.add("Medication", medication(drug));
                }
            }
            (start..end.min(start + SHUFFLED)).for_each(|number| patient(number, &mut lines));
            let mut rng = Rng::with_seed(start as u64);
            for (file, lines) in files.iter_mut().zip(&mut lines.0) {
                rng.shuffle(lines);
                for line in lines {
                    file.write_all(line.as_bytes())?;
                    file.write_all(b"\n")?;
                    bytes += line.len() as u64 + 1;
                }
            }
        }
        files.iter_mut().try_for_each(BufWriter::flush)?;
    }
    Ok(bytes)
}

fn medication((code, name): &Code) -> String {
    format!(
        r#"{{"resourceType":"Medication","id":"med-{code}","status":"active","code":{{"coding":[{{"system":"{ATC}","code":"{code}","display":"{name}"}}],"text":"{name}"}}}}"#
    )
}

/// Makes the resources of a patient.
struct Maker<'l> {
    rng: Rng,
    id: String,
    count: usize,
    lines: &'l mut Lines,
}

fn patient(number: usize, lines: &mut Lines) {
    let mut rng = Rng::with_seed(number as u64 + 1);
    let course = match rng.usize(0..10_000) {
        0..20 => Course::AfterCarT,
        20..40 => Course::AfterTransplantation,
        40..70 => Course::MultipleSclerosis,
        70..100 => Course::Lymphoma,
        _ => Course::Ordinary,
    };
    // Most people come seldom, a few often.
    let load = match rng.usize(0..100) {
        0..50 => 1,
        50..80 => 2,
        80..95 => 4,
        _ => 10,
    };
    let mut maker = Maker {
        rng,
        id: format!("{:08x}-{:04x}", number.wrapping_mul(2_654_435_761) & 0xffff_ffff, number & 0xffff),
        count: 0,
        lines,
    };
    maker.person();
    let load = if course == Course::Ordinary { load } else { load.max(4) };
    for _ in 0..load {
        maker.contact();
    }
    match course {
        Course::Ordinary => {}
        Course::MultipleSclerosis => maker.multiple_sclerosis(),
        Course::Lymphoma => maker.lymphoma(),
        Course::AfterCarT => {
            maker.lymphoma();
            maker.procedure(("1156961008", "Chimeric antigen receptor T-cell therapy"));
            maker.counts();
        }
        Course::AfterTransplantation => {
            maker.multiple_sclerosis();
            maker.procedure(("709115004", "Transplantation of autologous hematopoietic stem cell"));
            maker.counts();
        }
    }
}

impl Maker<'_> {
    fn next(&mut self) -> String {
        self.count += 1;
        format!("{}-{}", self.id, self.count)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        self.rng.choice(of).copied()
    }

    fn day(&mut self, first_year: u32) -> String {
        format!("{}-{:02}-{:02}", self.rng.u32(first_year..2027), self.rng.u32(1..=10), self.rng.u32(1..=28))
    }

    fn subject(&self) -> String {
        format!(r#""subject":{{"reference":"Patient/{}"}}"#, self.id)
    }

    /// What begins every resource.
    fn head(&mut self, kind: &str) -> String {
        let id = self.next();
        format!(
            r#"{{"resourceType":"{kind}","id":"{id}","meta":{{"versionId":"1","lastUpdated":"2026-10-31T02:11:43.000+01:00","source":"ehr"}}"#
        )
    }

    fn person(&mut self) {
        let (year, gender) = (self.rng.u32(1935..2015), if self.rng.bool() { "female" } else { "male" });
        let id = &self.id;
        let line = format!(
            r#"{{"resourceType":"Patient","id":"{id}","meta":{{"versionId":"3","lastUpdated":"2026-10-31T02:11:43.000+01:00"}},"identifier":[{{"use":"usual","system":"urn:oid:1.2.3.4","value":"{id}"}}],"active":true,"name":[{{"use":"official","family":"Voorbeeld","given":["Bram"]}}],"telecom":[{{"system":"phone","value":"000"}}],"gender":"{gender}","birthDate":"{year}-04-09","address":[{{"use":"home","line":["Laan 1"],"city":"Stad","country":"NL"}}],"managingOrganization":{{"reference":"Organization/1"}}}}"#
        );
        self.lines.add("Patient", line);
    }

    fn coded(system: &str, (code, name): Code) -> String {
        format!(r#""code":{{"coding":[{{"system":"{system}","code":"{code}","display":"{name}"}}],"text":"{name}"}}"#)
    }

    /// A visit, with what it leaves in the record.
    fn contact(&mut self) {
        let (head, subject, day) = (self.head("Encounter"), self.subject(), self.day(2012));
        let line = format!(
            r#"{head},"status":"finished","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}},"type":[{{"text":"Polikliniek"}}],{subject},"participant":[{{"individual":{{"reference":"Practitioner/12"}}}}],"period":{{"start":"{day}T09:10:00+01:00","end":"{day}T09:40:00+01:00"}},"serviceProvider":{{"reference":"Organization/1"}}}}"#
        );
        self.lines.add("Encounter", line);
        if let Some(code) = self.pick(&DIAGNOSES).filter(|_| self.rng.f32() < 0.7) {
            self.condition(code, &day);
        }
        if let Some(code) = self.pick(&PROCEDURES).filter(|_| self.rng.f32() < 0.3) {
            self.procedure(code);
        }
        for _ in 0..self.rng.usize(0..3) {
            self.drug();
        }
        for _ in 0..self.rng.usize(2..6) {
            if let Some(vital) = self.pick(&VITALS) {
                self.observation(vital, "vital-signs", &day);
            }
        }
        for _ in 0..self.rng.usize(0..10) {
            if let Some(value) = self.pick(&LABORATORY) {
                self.observation(value, "laboratory", &day);
            }
        }
        if self.rng.f32() < 0.5 {
            let (head, subject) = (self.head("DocumentReference"), self.subject());
            let line = format!(
                r#"{head},"status":"current","type":{{"coding":[{{"system":"{LOINC}","code":"11488-4","display":"Consult note"}}]}},{subject},"date":"{day}T10:00:00+01:00","author":[{{"reference":"Practitioner/12"}}],"content":[{{"attachment":{{"contentType":"text/plain","url":"Binary/{}","title":"Brief"}}}}]}}"#,
                self.count
            );
            self.lines.add("DocumentReference", line);
        }
        if self.rng.f32() < 0.08 {
            let head = self.head("AllergyIntolerance");
            let code = Self::coded(SNOMED, ("91936005", "Allergy to penicillin"));
            let line = format!(
                r#"{head},"clinicalStatus":{{"coding":[{{"code":"active"}}]}},{code},"patient":{{"reference":"Patient/{}"}}}}"#,
                self.id
            );
            self.lines.add("AllergyIntolerance", line);
        }
        if self.rng.f32() < 0.2 {
            let (head, subject) = (self.head("ServiceRequest"), self.subject());
            let code = Self::coded(SNOMED, ("15220000", "Laboratory test"));
            let line =
                format!(r#"{head},"status":"completed","intent":"order",{code},{subject},"authoredOn":"{day}"}}"#);
            self.lines.add("ServiceRequest", line);
        }
    }

    fn condition(&mut self, code: Code, day: &str) {
        let (head, subject) = (self.head("Condition"), self.subject());
        let code = Self::coded(SNOMED, code);
        let line = format!(
            r#"{head},"clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}}]}},"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"problem-list-item"}}]}}],{code},{subject},"onsetDateTime":"{day}","recordedDate":"{day}"}}"#
        );
        self.lines.add("Condition", line);
    }

    fn procedure(&mut self, code: Code) {
        let (head, subject, day) = (self.head("Procedure"), self.subject(), self.day(2022));
        let code = Self::coded(SNOMED, code);
        let line = format!(
            r#"{head},"status":"completed",{code},{subject},"encounter":{{"reference":"Encounter/{}-1"}},"performedDateTime":"{day}","performer":[{{"actor":{{"reference":"Practitioner/12"}}}}]}}"#,
            self.id
        );
        self.lines.add("Procedure", line);
    }

    fn drug(&mut self) {
        let Some(drug) = self.pick(&DRUGS) else { return };
        let kind = match self.rng.usize(0..10) {
            0..6 => "MedicationRequest",
            6..8 => "MedicationStatement",
            _ => "MedicationAdministration",
        };
        let (head, subject, day) = (self.head(kind), self.subject(), self.day(2018));
        // A hospital refers to its formulary for every third drug.
        let what = if self.rng.usize(0..3) == 0 {
            format!(r#""medicationReference":{{"reference":"Medication/med-{}","display":"{}"}}"#, drug.0, drug.1)
        } else {
            Self::coded(ATC, drug).replacen("\"code\"", "\"medicationCodeableConcept\"", 1)
        };
        let rest = match kind {
            "MedicationRequest" => format!(
                r#""status":"completed","intent":"order",{what},{subject},"authoredOn":"{day}","requester":{{"reference":"Practitioner/12"}},"dosageInstruction":[{{"text":"1 dd 1","route":{{"coding":[{{"system":"{SNOMED}","code":"26643006","display":"Oral route"}}]}}}}]"#
            ),
            "MedicationStatement" => format!(
                r#""status":"active",{what},{subject},"effectivePeriod":{{"start":"{day}"}},"dateAsserted":"{day}""#
            ),
            _ => {
                format!(
                    r#""status":"completed",{what},{subject},"effectiveDateTime":"{day}T12:00:00+01:00","dosage":{{"text":"1""#
                ) + "}"
            }
        };
        self.lines.add(kind, format!("{head},{rest}}}"));
    }

    fn observation(&mut self, (code, unit, usual, by): (Code, &str, f64, f64), category: &str, day: &str) {
        let (head, subject) = (self.head("Observation"), self.subject());
        let value = usual + by * (self.rng.f64() - 0.5);
        let code = Self::coded(LOINC, code);
        let line = format!(
            r#"{head},"status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{category}"}}]}}],{code},{subject},"encounter":{{"reference":"Encounter/{}-1"}},"effectiveDateTime":"{day}T08:15:00+01:00","issued":"{day}T09:00:00.000+01:00","performer":[{{"reference":"Practitioner/12"}}],"valueQuantity":{{"value":{value:.1},"unit":"{unit}","system":"http://unitsofmeasure.org","code":"{unit}"}},"referenceRange":[{{"low":{{"value":{:.1},"unit":"{unit}"}},"high":{{"value":{:.1},"unit":"{unit}"}}}}]}}"#,
            self.id,
            usual - by,
            usual + by
        );
        self.lines.add("Observation", line);
    }

    fn multiple_sclerosis(&mut self) {
        let day = self.day(2012);
        self.condition(("426373005", "Relapsing remitting multiple sclerosis"), &day);
    }

    fn lymphoma(&mut self) {
        let day = self.day(2018);
        self.condition(("109969005", "Diffuse non-Hodgkin's lymphoma, large cell"), &day);
    }

    /// Blood counts of a year, as they are taken after cells were given.
    fn counts(&mut self) {
        for _ in 0..60 {
            let day = self.day(2025);
            for value in LABORATORY.into_iter().take(5) {
                self.observation(value, "laboratory", &day);
            }
        }
    }
}
