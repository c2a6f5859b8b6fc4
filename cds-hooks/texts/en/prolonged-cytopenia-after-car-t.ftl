title = Prolonged cytopenia after CAR-T

summary-neutrophils = Neutrophils { $neutrophils } ×10⁹/L, low for at least { $days } days after CAR-T (ICAHT grade { $grade } at least): G-CSF; find the cause.
summary-neutrophils-on-g-csf = Neutrophils { $neutrophils } ×10⁹/L on G-CSF, low for at least { $days } days after CAR-T (ICAHT grade { $grade } at least): find the cause.
summary-platelets = Platelets { $platelets } ×10⁹/L, very low for at least { $days } days after CAR-T (ICAHT grade { $grade } at least): find the cause.
summary-both = Neutrophils { $neutrophils }, platelets { $platelets } ×10⁹/L, low for long after CAR-T (ICAHT grade { $grade } at least): find the cause.
summary-date-unclear-neutrophils = Neutrophils { $neutrophils } ×10⁹/L, low for at least { $days } days; date of CAR-T unknown. Look it up, and find the cause.
summary-date-unclear-platelets = Platelets { $platelets } ×10⁹/L, very low for at least { $days } days; date of CAR-T unknown. Look it up, and find the cause.

advice-work-up = With the CAR-T centre: viral load, vitamin B12, folate, ferritin, bone marrow.
advice-g-csf = Below { $severe-neutropenia }: G-CSF and prophylaxis.
advice-on-g-csf = G-CSF is in use: check the prophylaxis against infection.
advice-bleeding = Few platelets: advise on bleeding; transfusion by local protocol.
advice-iec-hs = Ferritin { $ferritin } with fever: think of IEC-HS (haemophagocytic syndrome after CAR-T).

criterion-window = CAR-T at most { $icaht-late-days } days ago
criterion-neutrophils = Neutrophils ≤ { $icaht-neutrophils } ×10⁹/L for { $icaht-low-days } days (≤ { $icaht-very-low-neutrophils }: { $icaht-very-low-days }), or twice after day { $icaht-early-days }
criterion-platelets = Platelets < { $icaht-platelets } ×10⁹/L for { $icaht-very-low-days } days, or twice after day { $icaht-early-days }
criterion-g-csf = G-CSF in use

remark-days = at least { $days ->
    [one] one day
   *[other] { $days } days
} in all

gap-unclear-counts = counts without a usable value or date
gap-not-counted-lately = not counted in the last { $recent-count-days } days
gap-bound = not settled by { $what }

context-iec-hs = With fever and high ferritin, think of IEC-HS.
