title = Zwangerschap en celtherapie

therapy-transplantation = stamceltransplantatie
therapy-car-t = CAR-T

summary-pregnant-transplantation = Zwangerschap vastgelegd: stamceltransplantatie is gecontra-indiceerd. Niet ondertekenen; verifieer eerst de zwangerschap.
summary-breastfeeding-transplantation = Borstvoeding vastgelegd: contra-indicatie voor stamceltransplantatie. Niet ondertekenen; vraag het eerst na.
summary-pregnant-car-t = Zwangerschap vastgelegd: geen lymfodepletie of CAR-T vóór uitsluitsel. Bevestig met een test; overleg met het CAR-T-centrum.
summary-breastfeeding-car-t = Borstvoeding vastgelegd, CAR-T in de order: bespreek dit vóór de behandeling met patiënt en CAR-T-centrum.
summary-named = Zwanger of borstvoeding. Controleer op celtherapie: { $order }
summary-unreadable = Zwangerschap of borstvoeding vastgelegd, en een onleesbare order: controleer of dit celtherapie is.
summary-test-first = Zwangerschap niet uitgesloten vóór { $therapy }: doe eerst een zwangerschapstest.
summary-breastfeeding-open = Borstvoeding onduidelijk in het dossier: vraag ernaar vóór { $therapy }.
summary-man-transplantation = Man: geen kind verwekken tijdens stamceltransplantatie en tot { $no-conception-months-after-transplantation } maanden erna. Bespreek anticonceptie.
summary-man-car-t = Man: condoom geadviseerd tot { $condom-months-after-car-t } maanden na CAR-T. Bespreek anticonceptie vóór de behandeling.

advice-transplantation = Ook mobilisatie en conditionering zijn gecontra-indiceerd.
advice-car-t-pregnant = De CAR-T-bronnen noemen geen verbod; productteksten (zoals Yescarta, VS) vragen een negatieve test vóór de behandeling.
advice-car-t-breastfeeding = De CAR-T-bronnen noemen borstvoeding niet; zij sluit stamceltransplantatie uit.
advice-check-order = Zwangerschap en borstvoeding sluiten stamceltransplantatie uit; CAR-T vereist een negatieve zwangerschapstest.
advice-ask-car-t = Productteksten (zoals Yescarta, VS) vragen een negatieve test vóór de behandeling.

criterion-order = Celtherapie in de order
criterion-pregnant = Zwanger
criterion-breastfeeding = Borstvoeding

remark-unseen = ontbrekende gegevens kunnen dit veranderen

context-no-conception = Geen zwangerschap tijdens de behandeling en { $no-conception-months-after-transplantation } maanden erna.
context-condom = Condoom tot { $condom-months-after-car-t } maanden na CAR-T.

gap-no-pregnancy-status = geen actuele status of test
gap-pregnancy-record-too-old = te oud om te tellen
gap-breastfeeding-record-too-old = te oud om te tellen
gap-possible-pregnancy = mogelijke zwangerschap, niet bevestigd
gap-due-date-passed = bevallingsdatum net verstreken
gap-hcg-tumour-marker = verhoogd hCG: zwangerschap of tumormarker?
gap-hcg-without-reading = hCG zonder interpretatie of bovengrens
gap-gender = geslacht niet vastgelegd

suggest-test = Zwangerschapstest (hCG)
suggest-remove = Verwijder { $order }
