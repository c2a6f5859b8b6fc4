//! The documents that rules rest on, and how a rule cites them.

/// A source document. `title` is its own title; sources are named as they are, dates only where the document has one.
#[derive(Debug, PartialEq, Eq)]
pub struct Document {
    /// Short name, as `CART` statements cite it.
    pub id: &'static str,
    /// Publisher and title.
    pub title: &'static str,
    /// What it is called on a card, in as few words as tell it from the others.
    pub short: &'static str,
    /// Date or edition, `None` when the document carries none.
    pub date: Option<&'static str>,
    /// Where it can be read, when it has a public address.
    pub url: Option<&'static str>,
}

impl Document {
    /// The year of the edition, when the document carries a date.
    #[must_use]
    pub fn year(&self) -> Option<&'static str> {
        self.date.and_then(|date| date.get(..4))
    }
}

/// What a rule takes from a document.
#[derive(Debug)]
pub struct Citation {
    /// The document.
    pub document: &'static Document,
    /// The statements it takes, by id (`HSCT-006`).
    pub statements: &'static [&'static str],
}

/// Erasmus MC, patient leaflet on CAR-T.
pub const ERASMUS_MC_CAR_T: Document = Document {
    id: "S0",
    title: "Erasmus MC, patiëntenfolder CAR T-celtherapie",
    short: "Erasmus MC, folder CAR-T",
    date: None,
    url: None,
};
/// Máxima, page on paediatric CAR-T.
pub const MAXIMA_CAR_T: Document = Document {
    id: "S1",
    title: "Prinses Máxima Centrum, CAR-T treatment",
    short: "Prinses Máxima Centrum, CAR-T",
    date: None,
    url: None,
};
/// Article on CAR-T toxicity.
pub const CAR_T_TOXICITY: Document = Document {
    id: "S2",
    title: "Artikel over toxiciteit van CAR-T-celtherapie (CRS, ICANS, cytopenie)",
    short: "Artikel CAR-T-toxiciteit",
    date: None,
    url: None,
};
/// Amsterdam UMC, leaflet on aHSCT in MS.
pub const AMSTERDAM_UMC_AHSCT: Document = Document {
    id: "S3",
    title: "Amsterdam UMC, patiëntenfolder stamceltherapie (aHSCT) bij MS",
    short: "Amsterdam UMC, folder aHSCT",
    date: None,
    url: None,
};
/// Slides on aHSCT in MS.
pub const AHSCT_SLIDES: Document =
    Document { id: "S4", title: "Presentatie aHSCT bij MS", short: "Presentatie aHSCT", date: None, url: None };
/// Labels of CAR-T products.
pub const CAR_T_LABELS: Document = Document {
    id: "label",
    title: "CAR-T product labels (Yescarta, US prescribing information)",
    short: "CAR-T label",
    date: None,
    url: None,
};
/// The European label of axicabtagene ciloleucel.
pub const AXICABTAGENE_LABEL: Document = Document {
    id: "SmPC Yescarta",
    title: "Yescarta (axicabtagene ciloleucel), European product information",
    short: "Yescarta, product information",
    date: None,
    url: None,
};
/// The consensus by which CRS and ICANS are graded.
pub const ASTCT_GRADING: Document = Document {
    id: "ASTCT",
    title: "ASTCT consensus grading for CRS and neurologic toxicity (Lee et al., Biol Blood Marrow Transplant 25:625-638)",
    short: "ASTCT consensus",
    date: Some("2019"),
    url: None,
};
/// Vaccination after CAR-T, European and American recommendations side by side.
pub const VACCINES_AFTER_CAR_T: Document = Document {
    id: "PMC10909447",
    title: "Vaccination after CAR-T: recommendations of EBMT/JACIE/EHA and ASH-ASTCT (PMC10909447, table 3)",
    short: "EBMT/EHA, ASH-ASTCT: vaccination",
    date: None,
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC10909447/"),
};
/// Supportive care around CAR-T: product on site before lymphodepletion, growth factor in neutropenia.
pub const SUPPORTIVE_CARE_CAR_T: Document = Document {
    id: "PMC10867419",
    title: "Supportive care around CAR-T: recommendations of EBMT/EHA (PMC10867419, tables 6 and 7)",
    short: "EBMT/EHA: supportive care",
    date: None,
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC10867419/"),
};
/// Prevention of infection after CAR-T: alternatives of prophylaxis, immunoglobulin.
pub const INFECTION_AFTER_CAR_T: Document = Document {
    id: "Blood 12523856",
    title: "Prevention of infection after CAR-T (ashpublications.org, article 12523856)",
    short: "Blood: infection after CAR-T",
    date: None,
    url: None,
};
/// The scale of haematotoxicity by neutrophils, as its users grade by it.
pub const ICAHT_GRADING: Document = Document {
    id: "N-ICAHT",
    title: "Automated ICAHT grading by the EHA/EBMT criteria of Rejeski et al., Blood 142:865 (E. C. Liang)",
    short: "EHA/EBMT: ICAHT",
    date: None,
    url: Some("https://github.com/emilyliangmd/automatedicahtgrading"),
};
/// The scale of haematotoxicity by platelets.
pub const T_ICAHT_GRADING: Document = Document {
    id: "T-ICAHT",
    title: "Definition of T-ICAHT grading (ash-sap.org, table 12809257)",
    short: "T-ICAHT",
    date: None,
    url: Some("http://www.ash-sap.org/view-large/12809257"),
};
/// Treatment of low counts after CAR-T: transfusion, growth factor, prophylaxis.
pub const ICAHT_MANAGEMENT: Document = Document {
    id: "Blood 11837558",
    title: "EHA/EBMT consensus on ICAHT, short-term management of cytopenias (ashpublications.org, table 11837558)",
    short: "EHA/EBMT: ICAHT management",
    date: Some("2023"),
    url: Some("https://ashpublications.org/view-large/11837558"),
};
/// How experienced clinicians look for the cause of severe haematotoxicity.
pub const ICAHT_SURVEY: Document = Document {
    id: "PMC10145722",
    title: "EHA/EBMT survey on haematotoxicity after CAR-T (PMC10145722)",
    short: "ICAHT survey",
    date: Some("2023"),
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC10145722/"),
};
/// Fever with few neutrophils in patients who are treated for cancer.
pub const FEVER_AND_NEUTROPENIA: Document = Document {
    id: "ASCO/IDSA",
    title: "ASCO/IDSA guideline, outpatient management of fever and neutropenia (J Clin Oncol 36:1443)",
    short: "ASCO/IDSA: febrile neutropenia",
    date: Some("2018"),
    url: Some("https://www.idsociety.org/practice-guideline/fever-and-neutropenia-in-adults-with-cancer/"),
};
/// What the European regulator concluded on second malignancies after CAR-T, as reported.
pub const SECOND_MALIGNANCY_PRAC: Document = Document {
    id: "PRAC",
    title: "EMA/PRAC, secondary malignancies of T-cell origin after CAR-T (as reported by AABB and The Pharma Letter)",
    short: "EMA PRAC",
    date: Some("2024-06-14"),
    url: Some(
        "https://www.aabb.org/news-resources/news/article/2024/06/24/ema-to-require-secondary-cancer-risk-warning-for-car-t-cell-therapies",
    ),
};
/// What the American regulator asks of who finds a new malignancy after CAR-T, as reported.
pub const SECOND_MALIGNANCY_FDA: Document = Document {
    id: "FDA",
    title: "FDA roundup, T-cell malignancies after CAR-T",
    short: "FDA",
    date: Some("2024-01-23"),
    url: Some("https://www.einpresswire.com/article/683348291/fda-roundup-january-23-2024"),
};
/// The German view on single cases.
pub const SECOND_MALIGNANCY_PEI: Document = Document {
    id: "PEI",
    title: "Paul-Ehrlich-Institut, CAR T-cell therapy and secondary tumour development",
    short: "Paul-Ehrlich-Institut",
    date: Some("2025-12-22"),
    url: Some("https://www.pei.de/EN/newsroom/hp-news/2025/251222-bulletin-article-car-t-cell-therapy.html"),
};
/// When blood products are irradiated, in the Netherlands.
pub const DUTCH_TRANSFUSION: Document = Document {
    id: "NL transfusion",
    title: "Richtlijn Bloedtransfusiebeleid, module Indicatie voor bestralen van bloedproducten (NIV, NVA, NVKC)",
    short: "Richtlijn Bloedtransfusiebeleid",
    date: None,
    url: Some(
        "https://richtlijnendatabase.nl/richtlijn/bloedtransfusiebeleid/transfusiereacties_en_gerelateerde_aandoeningen/transfusiereacties/transfusiereacties_met_dyspnoe/indicatie_voor_bestralen_van_bloedproducten.html",
    ),
};
/// When blood products are irradiated, in Austria.
pub const AUSTRIAN_TRANSFUSION: Document = Document {
    id: "AT transfusion",
    title: "Indications for irradiated blood products, from the Austrian guidelines for haemotherapy (transfusion.at)",
    short: "transfusion.at",
    date: None,
    url: Some(
        "https://www.transfusion.at/transfusion-medicine-english/indications-for-rbc/indications-for-irradiated-rbc/",
    ),
};
/// Hepatitis B in lymphoma: who is tested, who gets an antiviral, by guideline.
pub const HEPATITIS_B_IN_LYMPHOMA: Document = Document {
    id: "PMC8066124",
    title: "Hepatitis B in lymphoma: AASLD 2018, AGA, APASL and EASL 2017 side by side (PMC8066124, table 4)",
    short: "Hepatitis B in lymphoma",
    date: Some("2021"),
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC8066124/"),
};
/// How long the antiviral against hepatitis B goes on, by guideline.
pub const HEPATITIS_B_DURATION: Document = Document {
    id: "PMC11078521",
    title: "Duration of prophylaxis against hepatitis B: AASLD, AGA, ASCO, EASL side by side (PMC11078521, table 3)",
    short: "Hepatitis B prophylaxis",
    date: None,
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC11078521/"),
};
/// EMA medicines table.
pub const EMA_MEDICINES: Document = Document {
    id: "EMA",
    title: "European Medicines Agency, medicines table (therapeutic indications)",
    short: "EMA medicines table",
    date: Some("2025-10-27"),
    url: Some("https://www.ema.europa.eu/en/medicines/download-medicine-data"),
};

/// Every document.
pub const ALL: &[&Document] = &[
    &ERASMUS_MC_CAR_T,
    &MAXIMA_CAR_T,
    &CAR_T_TOXICITY,
    &AMSTERDAM_UMC_AHSCT,
    &AHSCT_SLIDES,
    &CAR_T_LABELS,
    &AXICABTAGENE_LABEL,
    &ASTCT_GRADING,
    &VACCINES_AFTER_CAR_T,
    &SUPPORTIVE_CARE_CAR_T,
    &INFECTION_AFTER_CAR_T,
    &ICAHT_GRADING,
    &T_ICAHT_GRADING,
    &ICAHT_MANAGEMENT,
    &ICAHT_SURVEY,
    &FEVER_AND_NEUTROPENIA,
    &SECOND_MALIGNANCY_PRAC,
    &SECOND_MALIGNANCY_FDA,
    &SECOND_MALIGNANCY_PEI,
    &DUTCH_TRANSFUSION,
    &AUSTRIAN_TRANSFUSION,
    &HEPATITIS_B_IN_LYMPHOMA,
    &HEPATITIS_B_DURATION,
    &EMA_MEDICINES,
];
