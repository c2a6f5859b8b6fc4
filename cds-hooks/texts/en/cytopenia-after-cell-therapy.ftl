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

advice-neutropenia-car-t = Severe neutropenia can be supported with growth factors and with prophylaxis against bacterial, viral and fungal infections.
advice-neutropenia-transplantation = Low neutrophils: check prophylaxis against infections, and whether G-CSF is due by the local protocol; the source on transplantation does not say.
advice-platelets-car-t = Low platelets raise the risk of bleeding: advise the patient on injury and bleeding.
advice-platelets-transplantation = While platelets are low, injury-prone sports are not advisable; advise the patient on bleeding.
advice-count-again = Treat what is known as it stands, and count again: the value on record does not tell the present state.
advice-count = In the first { $frequent-count-days } days, neutrophils and platelets are expected at least every { $recent-count-days } days (a limit of this service; the sources ask for more).
advice-check-therapy = The record has the therapy with a status that does not say whether it was done: correct it. If it was done, low neutrophils ask for prophylaxis against infections, low platelets for advice on injury and bleeding.

criterion-therapy = Cell therapy in history
criterion-lately = Cell therapy at most { $count-months } months ago
criterion-neutrophils = Newest neutrophils below { $severe-neutropenia } ×10⁹/L
criterion-platelets = Newest platelets below { $low-platelets } ×10⁹/L
criterion-g-csf = G-CSF in use
criterion-first-days = Within { $frequent-count-days } days after the infusion
criterion-not-counted = Neutrophils or platelets not counted in the last { $recent-count-days } days

remark-infusion-not-recorded = only the order is recorded as completed; the infusion itself is not recorded

gap-not-counted = no count on record
gap-bound = the reported bound does not settle it: { $what }

context-infection = Low neutrophils raise the risk of infection.
context-late = Neutrophils can fall again some weeks after CAR-T; this is treated with G-CSF under the skin.
context-b-cells = The loss of B cells comes on top of the neutropenia caused by the conditioning.
context-transfusion = Transfusion of platelets or red cells may be needed; the sources give no limit.
context-daily = In the first days after infusion, on the ward, blood values are checked daily.
context-regularly = Blood values are checked regularly in the year after CAR-T; the source gives no interval.
context-dip = In the dip after transplantation blood counts are done on Monday, Wednesday and Friday.
context-discharge = Discharge waits for enough leukocytes and granulocytes.

suggest-neutrophils = Order neutrophil count
suggest-platelets = Order platelet count
