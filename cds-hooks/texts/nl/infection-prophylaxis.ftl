title = Infectieprofylaxe

summary-both = Na { $therapy } ({ $date }): geen Pneumocystis- of herpesprofylaxe. Schrijf beide voor t/m { $until }.
summary-pregnant = Na { $therapy }: profylaxe niet gevonden, en een zwangerschap vastgelegd. Kies de middelen met het behandelcentrum.
summary-both-allergy = Na { $therapy } ({ $date }): geen Pneumocystis- of herpesprofylaxe. Sulfonamide-allergie: geen cotrimoxazol. Schrijf voor.
summary-pneumocystis-allergy = Na { $therapy } ({ $date }): geen Pneumocystisprofylaxe gevonden. Sulfonamide-allergie: schrijf een alternatief voor.
summary-both-stem-cells = Na { $therapy } ({ $date }): geen antibacteriële of antivirale profylaxe gevonden. Nodig t/m { $until }.
summary-pneumocystis = Na { $therapy } ({ $date }): geen Pneumocystisprofylaxe gevonden. Nodig t/m { $until }: schrijf voor.
summary-antibacterial = Na { $therapy } ({ $date }): geen antibacteriële profylaxe gevonden. Nodig t/m { $until }: schrijf voor.
summary-antiviral = Na { $therapy } ({ $date }): geen antivirale profylaxe gevonden. Nodig t/m { $until }: schrijf voor.
summary-neutropenic = Na { $therapy } ({ $date }): geen Pneumocystisprofylaxe, neutrofielen laag. Overweeg een alternatief voor cotrimoxazol.
summary-stop = { $drug } wordt gestopt: nodig na { $therapy } t/m { $until }. Zet voort of vervang.
summary-stop-unclear = { $drug } wordt gestopt: mogelijk nodig tot { $period } na { $therapy }. Ga na vóór ondertekenen.
summary-infusion = { $therapy } waarschijnlijk gegeven (infusie niet vastgelegd), geen profylaxe gevonden: ga na of die nodig is.
summary-drug = Na { $therapy } ({ $date }): profylaxe niet herkend tussen de medicatie. Controleer.
summary-cells = Na { $therapy } ({ $date }), eigen of donorcellen niet vastgelegd: ga na of profylaxe nog nodig is.
summary-date = Geen profylaxe gevonden: datum van { $therapy } niet duidelijk. Nodig gedurende { $period }: ga de datum na.

therapy-car-t = CAR-T
therapy-stem-cells = stamceltransplantatie
months-after-car-t = { $prophylaxis-months-after-car-t } maanden
months-after-own-cells = { $prophylaxis-months-after-own-cells } { $prophylaxis-months-after-own-cells ->
    [one] maand
   *[other] maanden
}
months-after-donor-cells = { $prophylaxis-months-after-donor-cells } maanden

advice-allergy = Geen cotrimoxazol, maar atovaquon of pentamidine. Dapson met voorzichtigheid: niet bij G6PD-deficiëntie of na een ernstige reactie.
advice-allergy-unknown = Sulfonamide-allergie niet bekend: vraag ernaar vóór het voorschrijven van cotrimoxazol.
advice-pregnancy = Zwangerschap vastgelegd of mogelijk: kies het antibacteriële middel met het centrum.
advice-pregnancy-unknown = Zwangerschap niet bekend: vraag ernaar vóór het voorschrijven van cotrimoxazol.
advice-neutropenic = Cotrimoxazol remt het beenmerg: start na beenmergherstel, volgens protocol.
advice-cells = { $prophylaxis-months-after-own-cells } { $prophylaxis-months-after-own-cells ->
    [one] maand
   *[other] maanden
} na eigen cellen, ten minste { $prophylaxis-months-after-donor-cells } na donorcellen.
advice-pneumocystis = Tegen Pneumocystis: cotrimoxazol (trimethoprim-sulfamethoxazol), of atovaquon, dapson of pentamidine.
advice-herpes = Tegen virussen: valaciclovir of aciclovir.
advice-antibacterial = Tegen bacteriën: bijvoorbeeld cotrimoxazol (trimethoprim-sulfamethoxazol).
advice-antiviral = Tegen virussen: bijvoorbeeld valaciclovir of aciclovir.

criterion-car-t = CAR-T in de voorgeschiedenis
criterion-stem-cells = Stamceltransplantatie in de voorgeschiedenis
criterion-period = ≤ { $period } geleden
criterion-no-pneumocystis = Geen Pneumocystisprofylaxe in gebruik
criterion-started = Nodig vanaf dag { $co-trimoxazole-start-days } na CAR-T
criterion-no-antibacterial = Geen antibacteriële profylaxe in gebruik
criterion-no-antiviral = Geen antivirale profylaxe in gebruik
criterion-stop-antibacterial = Cotrimoxazol of alternatief gestopt, niet vervangen
criterion-stop-antiviral = Antiviraal middel gestopt, niet vervangen
criterion-allergy = Allergie voor sulfonamiden of cotrimoxazol

remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd

gap-therapy-date = datum niet vastgelegd
gap-cells = eigen stamcellen of donorcellen: niet vastgelegd
gap-perhaps-prophylaxis = in gebruik, mogelijk als profylaxe: { $what }
gap-infusion = infusie niet vastgelegd

suggest-co-trimoxazole = Concept: cotrimoxazol
suggest-atovaquone = Concept: atovaquon
suggest-valaciclovir = Concept: valaciclovir
drug-co-trimoxazole = Cotrimoxazol
drug-atovaquone = Atovaquon
drug-valaciclovir = Valaciclovir
note-dose = { $drug }: dosering volgens lokaal protocol.
