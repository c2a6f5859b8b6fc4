title = Urgent symptoms after CAR-T

summary-dyspnoea = Shortness of breath within { $first-month-after-car-t } days of CAR-T (or not excluded): examine now and call { $contact } at once.
summary-symptom = After CAR-T: { $symptom }. Examine now and call { $contact }.
summary-symptoms = After CAR-T: { $symptom } and { $count } more. Call { $contact } now.
summary-unclear = After CAR-T: { $symptom }. Check; if new, call { $contact-short } now.
summary-unclear-more = After CAR-T: { $symptom } and { $count } more. If new, call { $contact-short } now.
summary-history-in-words = { $symptom }, CAR-T in words only. Check; if so, call { $contact-short }.

advice-call = Look for CRS, neurotoxicity, infection and bleeding.
advice-call-later = Look for infection, bleeding and late neurotoxicity.

criterion-dyspnoea = Shortness of breath, new in { $recent-symptom-hours } hours
criterion-symptom = Symptom of the call card, new in { $recent-symptom-hours } hours
criterion-fever = New fever that no other card shows
criterion-in-words = Symptom in words only
criterion-hidden = Other symptoms
criterion-car-t = CAR-T in history
criterion-lasts = CAR-T ≤ { $call-card-months } months ago
criterion-acute = CAR-T ≤ { $first-month-after-car-t } days ago

remark-temperature = latest temperature: { $value }
remark-no-temperature = no temperature known: measure it

gap-undated = no date recorded: { $what }

context-dyspnoea = Measure saturation, blood pressure and temperature.
context-tremor = Shaking: score ICE, too.
