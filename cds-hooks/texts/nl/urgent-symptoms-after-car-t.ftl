title = Alarmsymptomen na CAR-T

summary-dyspnoea = Kortademigheid binnen { $first-month-after-car-t } dagen na CAR-T (of niet uitgesloten): onderzoek nu en bel direct { $contact }.
summary-symptom = Na CAR-T: { $symptom }. Onderzoek nu en bel { $contact }.
summary-symptoms = Na CAR-T: { $symptom } en nog { $count } klacht(en). Bel nu { $contact }.
summary-unclear = Na CAR-T: { $symptom }. Controleer; indien nieuw: bel { $contact-short }.
summary-unclear-more = Na CAR-T: { $symptom } en nog { $count } klacht(en). Indien nieuw: bel { $contact-short }.
summary-history-in-words = { $symptom }; CAR-T alleen in woorden. Controleer; zo ja, bel { $contact-short }.

advice-call = Denk aan CRS, neurotoxiciteit, infectie en bloeding.
advice-call-later = Denk aan infectie, bloeding en late neurotoxiciteit.

criterion-dyspnoea = Kortademigheid, nieuw in de laatste { $recent-symptom-hours } uur
criterion-symptom = Klacht van de belkaart, nieuw in de laatste { $recent-symptom-hours } uur
criterion-fever = Nieuwe koorts die geen andere kaart toont
criterion-in-words = Klacht alleen in woorden
criterion-hidden = Andere klachten
criterion-car-t = CAR-T in de voorgeschiedenis
criterion-lasts = CAR-T ≤ { $call-card-months } maanden geleden
criterion-acute = CAR-T ≤ { $first-month-after-car-t } dagen geleden

remark-temperature = laatste temperatuur: { $value }
remark-no-temperature = geen temperatuur bekend: meet die

gap-undated = geen datum vastgelegd: { $what }

context-dyspnoea = Meet saturatie, bloeddruk en temperatuur.
context-tremor = Trillen: bepaal ook de ICE-score.
