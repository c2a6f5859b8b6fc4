title = Langdurige cytopenie na CAR-T

summary-neutrophils = Neutrofielen { $neutrophils } ×10⁹/L, ten minste { $days } dagen laag na CAR-T (ICAHT ten minste graad { $grade }): G-CSF; zoek de oorzaak.
summary-neutrophils-on-g-csf = Neutrofielen { $neutrophils } ×10⁹/L onder G-CSF, ten minste { $days } dagen laag na CAR-T (ICAHT ten minste graad { $grade }): zoek de oorzaak.
summary-platelets = Trombocyten { $platelets } ×10⁹/L, ten minste { $days } dagen zeer laag na CAR-T (ICAHT ten minste graad { $grade }): zoek de oorzaak.
summary-both = Neutrofielen { $neutrophils }, trombocyten { $platelets } ×10⁹/L, langdurig laag na CAR-T (ICAHT ten minste graad { $grade }): zoek de oorzaak.
summary-date-unclear-neutrophils = Neutrofielen { $neutrophils } ×10⁹/L, ten minste { $days } dagen laag; datum van CAR-T onbekend. Zoek die op, en de oorzaak.
summary-date-unclear-platelets = Trombocyten { $platelets } ×10⁹/L, ten minste { $days } dagen zeer laag; datum van CAR-T onbekend. Zoek die op, en de oorzaak.

advice-work-up = Met het CAR-T-centrum: virale belasting, vitamine B12, foliumzuur, ferritine, beenmerg.
advice-g-csf = Onder { $severe-neutropenia }: G-CSF, infectieprofylaxe.
advice-on-g-csf = G-CSF is in gebruik: controleer de profylaxe tegen infecties.
advice-bleeding = Weinig bloedplaatjes: bloedingsadvies; transfusie volgens lokaal protocol.
advice-iec-hs = Ferritine { $ferritin } met koorts: denk aan IEC-HS (hemofagocytair syndroom na CAR-T).

criterion-window = CAR-T ten hoogste { $icaht-late-days } dagen geleden
criterion-neutrophils = Neutrofielen ≤ { $icaht-neutrophils } ×10⁹/L gedurende { $icaht-low-days } dagen (≤ { $icaht-very-low-neutrophils }: { $icaht-very-low-days }), of tweemaal na dag { $icaht-early-days }
criterion-platelets = Trombocyten < { $icaht-platelets } ×10⁹/L gedurende { $icaht-very-low-days } dagen, of tweemaal na dag { $icaht-early-days }
criterion-g-csf = G-CSF in gebruik

remark-days = opgeteld ten minste { $days ->
    [one] één dag
   *[other] { $days } dagen
}

gap-unclear-counts = tellingen zonder bruikbare waarde of datum
gap-not-counted-lately = de laatste { $recent-count-days } dagen niet geteld
gap-bound = geen uitsluitsel door { $what }

context-iec-hs = Bij koorts en hoge ferritine: denk aan IEC-HS.
