title = Fever after cell therapy

summary-car-t-first-month = { $temperature } within { $first-month-after-car-t } days of CAR-T ({ $date }): call { $contact } now; infection or CRS.
summary-car-t = { $temperature } after CAR-T ({ $date }): call { $contact }, exclude infection.
summary-car-t-undated = { $temperature } after CAR-T without a date: call { $contact } now; infection or CRS.
summary-ahsct = { $temperature } after stem cell transplantation ({ $date }): contact the haematologist or neurologist.
summary-ahsct-undated = { $temperature } after stem cell transplantation: contact the haematologist or neurologist.
summary-mobilisation = { $temperature } during stem cell mobilisation: call the haematology ward.
summary-neutropenia = { $temperature } with neutrophils { $count } in cell therapy: febrile neutropenia. Treat now, call the haematologist.
summary-unclear = Temperature { $temperature }: unit, value or time unclear. Measure again now.

advice-neutropenia = Antibiotics by the local protocol within { $antibiotics-within-hours ->
    [one] one hour
   *[other] { $antibiotics-within-hours } hours
}, after blood cultures, without waiting for results.
advice-not-counted = Blood count and cultures now. Neutrophils below { $severe-neutropenia } ×10⁹/L, or ill: antibiotics (local protocol) within { $antibiotics-within-hours ->
    [one] one hour
   *[other] { $antibiotics-within-hours } hours
}.

criterion-fever-car-t = Temperature > { $fever-after-car-t } °C (after CAR-T)
criterion-fever-ahsct = Temperature > { $fever-after-ahsct } °C (after aHSCT)
criterion-fever-mobilisation = Temperature > { $fever-in-mobilisation } °C (mobilisation)
criterion-car-t = CAR-T in history
criterion-ahsct = Transplantation of own stem cells
criterion-lasts-car-t = ≤ { $call-card-months } months ago, or few neutrophils
criterion-lasts-ahsct = ≤ { $fever-months-after-ahsct } months ago, or few neutrophils
criterion-mobilisation = Stem cells are being mobilised
criterion-neutrophils = Neutrophils < { $severe-neutropenia } ×10⁹/L

gap-donor = own or donor cells: not recorded
gap-not-measured = no recent count
gap-bound = not settled by { $what }

suggest-count = Blood count with neutrophils
suggest-blood-cultures = Blood cultures
