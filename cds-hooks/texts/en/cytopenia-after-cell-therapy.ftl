title = Cytopenia after cell therapy

summary-neutropenia-car-t = Neutrophils { $value } ×10⁹/L after CAR-T: consider G-CSF and antimicrobial prophylaxis.
summary-neutropenia-transplantation = Neutrophils { $value } ×10⁹/L after stem-cell transplantation: check prophylaxis and G-CSF (protocol).
summary-neutropenia-on-g-csf = Neutrophils { $value } ×10⁹/L after cell therapy, on G-CSF: check antimicrobial prophylaxis.
summary-neutropenia-expected = Neutrophils { $value } ×10⁹/L, expected in these days after cell therapy; antibacterial in use. In fever act at once.
summary-both-car-t = Neutrophils { $value }, platelets { $platelets } ×10⁹/L after CAR-T: consider G-CSF and antimicrobial prophylaxis; bleeding advice.
summary-both-transplantation = Neutrophils { $value }, platelets { $platelets } ×10⁹/L after stem-cell transplantation: check prophylaxis (G-CSF by protocol).
summary-both-on-g-csf = Neutrophils { $value }, platelets { $platelets } ×10⁹/L after cell therapy, on G-CSF: check prophylaxis; bleeding advice.
summary-platelets-car-t = Platelets { $value } ×10⁹/L after CAR-T: raised bleeding risk. Advise the patient on injury and bleeding.
summary-platelets-transplantation = Platelets { $value } ×10⁹/L after stem-cell transplantation: advise against injury-prone sports.
summary-neutrophils-long-ago = Neutrophils low ({ $value } ×10⁹/L, { $date }) after cell therapy, no count since: count again.
summary-platelets-long-ago = Platelets low ({ $value } ×10⁹/L, { $date }) after cell therapy, no count since: count again.
summary-unclear = Blood count after { $therapy } can't be judged (unit, value or date): check it, or count again.
summary-not-counted = No complete blood count in the last { $recent-count-days } days, shortly after { $therapy }: order neutrophils and platelets.
summary-unclear-window = No complete blood count in the last { $recent-count-days } days; date of { $therapy } not exact: check date and counts.
summary-neutrophils-therapy-unclear = Neutrophils { $value } ×10⁹/L; { $therapy } on record, status unclear. Was it given? Check it, and what this count asks for.
summary-platelets-therapy-unclear = Platelets { $value } ×10⁹/L; { $therapy } on record, status unclear. Was it given? Check it; advise on bleeding.

therapy-car-t = CAR-T
therapy-transplantation = stem-cell transplantation

advice-neutropenia-car-t = Prophylaxis: against bacteria, viruses and fungi.
advice-platelets-car-t = Low platelets: advise the patient on injury and bleeding.
advice-platelets-transplantation = Low platelets: no injury-prone sports; advise the patient on bleeding.
advice-count-again = Treat what is known; the value does not tell the present state.
advice-check-therapy = Correct the status first. If given: prophylaxis, bleeding advice.

criterion-therapy = Cell therapy in history
criterion-lately = Cell therapy ≤ { $count-months } months ago
criterion-neutrophils = Newest neutrophils < { $severe-neutropenia } ×10⁹/L
criterion-platelets = Newest platelets < { $low-platelets } ×10⁹/L
criterion-g-csf = G-CSF in use
criterion-first-days = ≤ { $frequent-count-days } days after the infusion
criterion-not-counted = Neutrophils or platelets not counted, last { $recent-count-days } days

remark-infusion-not-recorded = order completed, infusion not recorded

gap-not-counted = no count on record
gap-bound = not settled by { $what }

context-transfusion = Transfusion may be needed; the sources give no limit.

suggest-neutrophils = Neutrophil count
suggest-platelets = Platelet count
