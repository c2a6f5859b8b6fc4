title = Tweede maligniteit na CAR-T

summary-new = Nieuwe maligniteit na CAR-T: { $disease }. Meld dit en laat het weefsel op het CAR-transgen testen.
summary-unclear = { $disease }: nieuw sinds CAR-T, of de behandelde ziekte? Ga het na; is het nieuw, meld en test het.
summary-car-t-in-words = { $disease }; CAR-T alleen in woorden. Ga het na; kwam het na CAR-T, meld en test het.

advice-report = Overleg met het CAR-T-centrum. Meld het bij het nationale bijwerkingencentrum (Lareb) en bij de fabrikant: die zegt hoe materiaal voor de test op het CAR-transgen wordt afgenomen.
advice-if-new = Is het een andere ziekte dan waarvoor CAR-T is gegeven, overleg dan met het CAR-T-centrum, meld het en laat het op het CAR-transgen testen. Leg anders het begin en de soort vast.

criterion-car-t = CAR-T in de voorgeschiedenis
criterion-malignancy = Na CAR-T een andere maligniteit dan de behandelde, ten hoogste { $second-malignancy-months } maanden geleden vastgelegd

gap-no-date = datum niet vastgelegd
gap-same-lineage-before = van dezelfde cellijn stond al vóór CAR-T een ziekte in het dossier
gap-which-disease = de code zegt niet welke ziekte
gap-treated-disease = de ziekte waarvoor CAR-T is gegeven, is niet duidelijk

context-risk = Zeldzaam; de controle op nieuwe maligniteiten is levenslang.

suggest-transgene = Test op CAR-transgen in tumorweefsel
