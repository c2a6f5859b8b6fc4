//! The documents that rules rest on, and how a rule cites them.

/// A source document. `title` is its own title; sources are named as they are, dates only where the document has one.
#[derive(Debug, PartialEq, Eq)]
pub struct Document {
    /// Short name, as `CART` statements cite it.
    pub id: &'static str,
    /// Publisher and title.
    pub title: &'static str,
    /// Date or edition, `None` when the document carries none.
    pub date: Option<&'static str>,
    /// Where it can be read, when it has a public address.
    pub url: Option<&'static str>,
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
pub const ERASMUS_MC_CAR_T: Document =
    Document { id: "S0", title: "Erasmus MC, patiëntenfolder CAR T-celtherapie", date: None, url: None };
/// Máxima, page on paediatric CAR-T.
pub const MAXIMA_CAR_T: Document =
    Document { id: "S1", title: "Prinses Máxima Centrum, CAR-T treatment", date: None, url: None };
/// Article on CAR-T toxicity.
pub const CAR_T_TOXICITY: Document = Document {
    id: "S2",
    title: "Artikel over toxiciteit van CAR-T-celtherapie (CRS, ICANS, cytopenie)",
    date: None,
    url: None,
};
/// Amsterdam UMC, leaflet on aHSCT in MS.
pub const AMSTERDAM_UMC_AHSCT: Document = Document {
    id: "S3",
    title: "Amsterdam UMC, patiëntenfolder stamceltherapie (aHSCT) bij MS",
    date: None,
    url: None,
};
/// Slides on aHSCT in MS.
pub const AHSCT_SLIDES: Document = Document { id: "S4", title: "Presentatie aHSCT bij MS", date: None, url: None };
/// Labels of CAR-T products.
pub const CAR_T_LABELS: Document = Document {
    id: "label",
    title: "CAR-T product labels (Yescarta, US prescribing information)",
    date: None,
    url: None,
};
/// The European label of axicabtagene ciloleucel.
pub const AXICABTAGENE_LABEL: Document = Document {
    id: "SmPC Yescarta",
    title: "Yescarta (axicabtagene ciloleucel), European product information",
    date: None,
    url: None,
};
/// The consensus by which CRS and ICANS are graded.
pub const ASTCT_GRADING: Document = Document {
    id: "ASTCT",
    title: "ASTCT consensus grading for CRS and neurologic toxicity (Lee et al., Biol Blood Marrow Transplant 25:625-638)",
    date: Some("2019"),
    url: None,
};
/// Vaccination after CAR-T, European and American recommendations side by side.
pub const VACCINES_AFTER_CAR_T: Document = Document {
    id: "PMC10909447",
    title: "Vaccination after CAR-T: recommendations of EBMT/JACIE/EHA and ASH-ASTCT (PMC10909447, table 3)",
    date: None,
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC10909447/"),
};
/// Supportive care around CAR-T: product on site before lymphodepletion, growth factor in neutropenia.
pub const SUPPORTIVE_CARE_CAR_T: Document = Document {
    id: "PMC10867419",
    title: "Supportive care around CAR-T: recommendations of EBMT/EHA (PMC10867419, tables 6 and 7)",
    date: None,
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC10867419/"),
};
/// Prevention of infection after CAR-T: alternatives of prophylaxis, immunoglobulin.
pub const INFECTION_AFTER_CAR_T: Document = Document {
    id: "Blood 12523856",
    title: "Prevention of infection after CAR-T (ashpublications.org, article 12523856)",
    date: None,
    url: None,
};
/// Haematotoxicity after CAR-T: transfusion, growth factor, prophylaxis.
pub const ICAHT_CONSENSUS: Document = Document {
    id: "Blood 11837558",
    title: "Haematotoxicity after CAR-T: EHA/EBMT consensus (Blood, table of short-term management of cytopenias)",
    date: Some("2023"),
    url: None,
};
/// When blood products are irradiated, in the Netherlands.
pub const DUTCH_TRANSFUSION: Document = Document {
    id: "NL transfusion",
    title: "Richtlijn Bloedtransfusiebeleid, module Indicatie voor bestralen van bloedproducten (NIV, NVA, NVKC)",
    date: None,
    url: Some(
        "https://richtlijnendatabase.nl/richtlijn/bloedtransfusiebeleid/transfusiereacties_en_gerelateerde_aandoeningen/transfusiereacties/transfusiereacties_met_dyspnoe/indicatie_voor_bestralen_van_bloedproducten.html",
    ),
};
/// When blood products are irradiated, in Austria.
pub const AUSTRIAN_TRANSFUSION: Document = Document {
    id: "AT transfusion",
    title: "Indications for irradiated blood products, from the Austrian guidelines for haemotherapy (transfusion.at)",
    date: None,
    url: Some(
        "https://www.transfusion.at/transfusion-medicine-english/indications-for-rbc/indications-for-irradiated-rbc/",
    ),
};
/// Hepatitis B in lymphoma: who is tested, who gets an antiviral, by guideline.
pub const HEPATITIS_B_IN_LYMPHOMA: Document = Document {
    id: "PMC8066124",
    title: "Hepatitis B in lymphoma: AASLD 2018, AGA, APASL and EASL 2017 side by side (PMC8066124, table 4)",
    date: Some("2021"),
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC8066124/"),
};
/// How long the antiviral against hepatitis B goes on, by guideline.
pub const HEPATITIS_B_DURATION: Document = Document {
    id: "PMC11078521",
    title: "Duration of prophylaxis against hepatitis B: AASLD, AGA, ASCO, EASL side by side (PMC11078521, table 3)",
    date: None,
    url: Some("https://pmc.ncbi.nlm.nih.gov/articles/PMC11078521/"),
};
/// EMA medicines table.
pub const EMA_MEDICINES: Document = Document {
    id: "EMA",
    title: "European Medicines Agency, medicines table (therapeutic indications)",
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
    &ICAHT_CONSENSUS,
    &DUTCH_TRANSFUSION,
    &AUSTRIAN_TRANSFUSION,
    &HEPATITIS_B_IN_LYMPHOMA,
    &HEPATITIS_B_DURATION,
    &EMA_MEDICINES,
];
