title = Alarmsymptomen na CAR-T

summary-dyspnoea = Kortademigheid binnen { $first-month-after-car-t } dagen na CAR-T (of niet uitgesloten): onderzoek nu en bel direct { $contact }.
summary-symptom = Na CAR-T: { $symptom }. Onderzoek nu en bel { $contact }.
summary-symptoms = Na CAR-T: { $symptom } en nog { $count } klacht(en). Bel nu { $contact }.
summary-unclear = Na CAR-T: { $symptom }. Controleer; indien nieuw: bel { $contact }.
summary-unclear-more = Na CAR-T: { $symptom } en nog { $count } klacht(en). Indien nieuw: bel { $contact }.
summary-history-in-words = { $symptom }; CAR-T alleen in woorden. Controleer; zo ja, bel { $contact }.

advice-call = Na CAR-T staat deze klacht op de belkaart van de patiënt. Denk aan CRS, neurotoxiciteit, infectie en bloeding, en bel direct { $contact }.
advice-call-later = Na CAR-T staat deze klacht op de belkaart van de patiënt, zonder einddatum. Denk aan infectie, bloeding en late neurotoxiciteit, en bel direct { $contact }.

criterion-dyspnoea = Kortademigheid, nieuw sinds { $recent-symptom-hours } uur
criterion-symptom = Klacht van de belkaart, nieuw sinds { $recent-symptom-hours } uur
criterion-fever = Nieuwe koorts die geen andere kaart toont
criterion-in-words = Klacht alleen in woorden
criterion-hidden = Andere klachten
criterion-car-t = CAR-T in de voorgeschiedenis
criterion-lasts = CAR-T ten hoogste { $call-card-months } maanden geleden
criterion-acute = CAR-T ten hoogste { $first-month-after-car-t } dagen geleden

remark-temperature = laatste temperatuur: { $value }
remark-no-temperature = geen temperatuur bekend: meet die

gap-undated = geen datum vastgelegd: { $what }

context-fever = Op de belkaart: koorts boven { $fever-after-car-t } °C.
context-dyspnoea = Plotselinge kortademigheid kan CRS zijn: meet saturatie, bloeddruk en temperatuur.
context-tremor = Trillen van armen of benen: bepaal ook de ICE-score.
context-call-card = Op de belkaart: koorts, koude rillingen, trillen, verwardheid, moeite met praten of begrijpen, plotselinge kortademigheid, braken, diarree, onregelmatige hartslag, gemakkelijker bloeden, blauwe plekken zonder stoten. Zonder einddatum.
context-first-month = Bijwerkingen van CAR-T kunnen in de eerste { $first-month-after-car-t } dagen na de infusie nog optreden.
