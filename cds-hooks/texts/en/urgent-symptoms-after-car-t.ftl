title = Urgent symptoms after CAR-T

summary-dyspnoea = Shortness of breath within { $first-month-after-car-t } days of CAR-T (or not excluded): examine now and call { $contact } at once.
summary-symptom = After CAR-T: { $symptom }. Examine now and call { $contact }.
summary-symptoms = After CAR-T: { $symptom } and { $count } more. Call { $contact } now.
summary-unclear = After CAR-T: { $symptom }. Check; if new, call { $contact } now.
summary-unclear-more = After CAR-T: { $symptom } and { $count } more. If new, call { $contact } now.
summary-history-in-words = { $symptom }, CAR-T in words only. Check; if so, call { $contact }.

advice-call = After CAR-T this symptom stands on the patient's call card. Look for CRS, neurotoxicity, infection and bleeding, and call { $contact } at once.
advice-call-later = After CAR-T this symptom stands on the patient's call card, without an end date. Look for infection, bleeding and late neurotoxicity, and call { $contact } at once.

criterion-dyspnoea = Shortness of breath, new in { $recent-symptom-hours } hours
criterion-symptom = Symptom of the call card, new in { $recent-symptom-hours } hours
criterion-fever = New fever that no other card shows
criterion-in-words = Symptom in words only
criterion-hidden = Other symptoms
criterion-car-t = CAR-T in history
criterion-lasts = CAR-T at most { $call-card-months } months ago
criterion-acute = CAR-T at most { $first-month-after-car-t } days ago

remark-temperature = latest temperature: { $value }
remark-no-temperature = no temperature known: measure it

gap-undated = no date recorded: { $what }

context-fever = On the call card: fever above { $fever-after-car-t } °C.
context-dyspnoea = Sudden shortness of breath may be CRS: measure saturation, blood pressure and temperature.
context-tremor = Shaking of arms or legs: score ICE, too.
context-call-card = On the call card: fever, chills, shaking, confusion, trouble speaking or understanding, sudden shortness of breath, vomiting, diarrhoea, irregular heartbeat, easy bleeding, bruises without a blow. It has no end date.
context-first-month = Side effects of CAR-T can still occur in the first { $first-month-after-car-t } days after the infusion.
