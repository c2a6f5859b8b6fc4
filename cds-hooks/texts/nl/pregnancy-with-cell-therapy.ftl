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

advice-transplantation = Vrouwen die zwanger zijn of borstvoeding geven, kunnen geen stamceltransplantatie krijgen. Dat geldt ook voor mobilisatie en conditionering.
advice-car-t-pregnant = De gebruikte bronnen over CAR-T noemen geen verbod bij zwangerschap; productteksten (zoals Yescarta, VS) vragen een negatieve zwangerschapstest vóór de behandeling, dus vóór de lymfodepletie.
advice-car-t-breastfeeding = De gebruikte bronnen over CAR-T noemen borstvoeding niet. Deze controle waarschuwt omdat borstvoeding stamceltransplantatie uitsluit.
advice-check-order = Zwangerschap en borstvoeding sluiten stamceltransplantatie uit, en CAR-T vereist een negatieve zwangerschapstest. Of deze order daaronder valt, kon niet worden beoordeeld.
advice-ask-transplantation = Zwangerschap en borstvoeding sluiten stamceltransplantatie uit. Het dossier geeft geen uitsluitsel.
advice-ask-car-t = Productteksten (zoals Yescarta, VS) vragen een negatieve zwangerschapstest vóór de behandeling, dus vóór de lymfodepletie. Het dossier geeft geen uitsluitsel.
advice-man-transplantation = Mannen die stamceltransplantatie krijgen, mogen in de behandelperiode en de { $no-conception-months-after-transplantation } maanden na de transplantatie geen kind verwekken.
advice-man-car-t = De patiëntenfolder adviseert een condoom tot { $condom-months-after-car-t } maanden na CAR-T, zonder reden te noemen.

criterion-order = Celtherapie in de order
criterion-pregnant = Zwanger
criterion-breastfeeding = Borstvoeding

remark-unseen = ontbrekende gegevens kunnen dit veranderen

context-no-conception = Geen zwangerschap in de behandelperiode en tot { $no-conception-months-after-transplantation } maanden na de transplantatie.
context-condom = Condoom geadviseerd tot { $condom-months-after-car-t } maanden na CAR-T.
context-limits = Een negatieve test of “niet zwanger” telt hier { $not-pregnant-days } dagen, een vastgelegde zwangerschap { $pregnancy-record-months } maanden; geen bron noemt deze grenzen.

gap-no-pregnancy-status = geen actuele zwangerschapsstatus of -test vastgelegd
gap-pregnancy-record-too-old = te oud om te tellen
gap-breastfeeding-record-too-old = te oud om te tellen
gap-possible-pregnancy = mogelijke zwangerschap, niet bevestigd
gap-due-date-passed = bevallingsdatum net verstreken
gap-hcg-tumour-marker = verhoogd hCG: zwangerschap of tumormarker?
gap-hcg-without-reading = hCG zonder interpretatie of bovengrens
gap-gender = geslacht niet vastgelegd

suggest-test = Zwangerschapstest (hCG)
suggest-remove = Verwijder { $order }
