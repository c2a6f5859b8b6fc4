title = Zwangerschap of kinderwens na celtherapie

therapy-transplantation = stamceltransplantatie
therapy-car-t = CAR-T
months-transplantation = { $no-conception-months-after-transplantation } maanden
months-car-t = { $condom-months-after-car-t } maanden

summary-pregnant = Zwangerschap binnen { $months } na { $therapy } (t/m { $until }): overleg met behandelcentrum en gynaecoloog.
summary-pregnant-unclear = Zwangerschap: controleer de data. Mogelijk binnen { $months } na { $therapy }.
summary-pregnant-probable = Zwangerschap; { $therapy } waarschijnlijk < { $months } ervoor (infusie niet vastgelegd). Controleer.
summary-possible = Mogelijke zwangerschap binnen { $months } na { $therapy } (t/m { $until }): doe een zwangerschapstest.
summary-possible-unclear = Mogelijke zwangerschap: doe een test, controleer de data. Wellicht < { $months } na { $therapy }.
summary-therapy-in-words = Zwangerschap; { $therapy } alleen in woorden vermeld. Ga na of die < { $months } ervoor is gegeven.
summary-referral = Fertiliteitsverwijzing binnen { $months } na { $therapy }: ontraad conceptie tot en met { $until }.
summary-referral-unclear = Fertiliteitsverwijzing: controleer de data. Mogelijk < { $months } na { $therapy }: dan nog geen conceptie.
summary-referral-probable = Fertiliteitsverwijzing; { $therapy } mogelijk < { $months } geleden (infusie niet vastgelegd). Controleer.

advice-car-t = De folder adviseert { $condom-months-after-car-t } maanden een condoom, zonder reden; deze controle leest dat ook als advies tegen zwangerschap.

criterion-pregnant = Zwangerschap vastgelegd
criterion-referral = Verwijzing naar een fertiliteitskliniek
criterion-window-until = Binnen { $months } na { $therapy } (t/m { $until })
criterion-window = Binnen { $months } na { $therapy }
criterion-today-until = Vandaag binnen { $months } na { $therapy } (t/m { $until })
criterion-today = Vandaag binnen { $months } na { $therapy }

remark-unseen = ontbrekende gegevens kunnen dit veranderen
remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd

context-donor = Dat { $no-conception-months-after-transplantation } maanden ook na donorcellen gelden, is een aanname.
context-infertility = Onvruchtbaarheid na CAR-T is niet zeker: anticonceptie blijft nodig.
context-no-advice = De bronnen geven geen advies bij een zwangerschap in deze periode.
context-other-reason = Geen bezwaar als de verwijzing niet om kinderwens gaat.

gap-therapy-date = datum van de behandeling niet vastgelegd
gap-possible-pregnancy = mogelijke zwangerschap, niet bevestigd
gap-due-date-passed = bevallingsdatum net verstreken
gap-hcg-tumour-marker = verhoogd hCG: zwangerschap of tumormarker?
gap-hcg-without-reading = hCG zonder interpretatie of bovengrens

suggest-test = Zwangerschapstest (hCG)
