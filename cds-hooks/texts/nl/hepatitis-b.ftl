title = Hepatitis B

summary-infected = Hepatitis B, geen entecavir of tenofovir gevonden: start dit vóór { $treatment }. Overleg met de hepatoloog.
summary-exposed = Doorgemaakte hepatitis B, geen entecavir of tenofovir gevonden: start vóór { $treatment }, het kan terugkomen.
summary-antiviral-unclear = Hepatitis B bekend, { $treatment }: entecavir of tenofovir niet herkend tussen de medicatie. Controleer.
summary-result-unclear = Uitslag hepatitis B niet leesbaar: ga die na vóór { $treatment }.
summary-not-tested = Hepatitis B niet uitgesloten: bepaal HBsAg en anti-HBc vóór { $treatment }.
summary-no-surface-antigen = Hepatitis B: geen HBsAg van de laatste { $hbsag-months } maanden gevonden. Bepaal dit vóór { $treatment }.
summary-no-core-antibody = Hepatitis B: geen anti-HBc gevonden. Bepaal dit vóór { $treatment }.
summary-stopped = Hepatitis B: { $ended } te vroeg gestopt, nodig t/m { $until }. Herstart of overleg.
summary-no-antiviral = Hepatitis B na { $treatment }: geen entecavir of tenofovir gevonden, nodig t/m { $until }. Start of overleg.
summary-no-antiviral-ongoing = Hepatitis B bij { $treatment }: geen entecavir of tenofovir gevonden. Start dit, of overleg met de hepatoloog.
summary-date = Hepatitis B na { $treatment }, datum niet duidelijk, geen entecavir of tenofovir gevonden. Controleer.

treatment-car-t = CAR-T
treatment-stem-cells = stamceltransplantatie
treatment-antibody = anti-CD20
treatment-named = behandeling

advice-test = Hepatitis B kan na deze behandeling terugkomen. Bij een positieve HBsAg of anti-HBc eerst entecavir of tenofovir. Alleen anti-HBs geeft geen antwoord.
advice-prophylaxis = Hepatitis B kan terugkomen, met leverfalen. Entecavir of tenofovir van vóór de behandeling tot { $hepatitis-b-prophylaxis-months } maanden erna, { $hepatitis-b-prophylaxis-months-after-rituximab } na rituximab.
advice-choice = Welk middel hangt af van nieren, hiv, eerder lamivudine en zwangerschap.

context-passive = Anti-HBc kan van immunoglobuline of een transfusie komen: DNA van het virus helpt.

criterion-ordered = CAR-T, transplantatie of anti-CD20 in de order
criterion-given = Na CAR-T, transplantatie of anti-CD20, binnen de termijn
criterion-infected = Hepatitis B nu
criterion-exposed = Doorgemaakte hepatitis B (anti-HBc)
criterion-no-antiviral = Geen entecavir of tenofovir in gebruik
criterion-no-surface = Geen HBsAg van de laatste { $hbsag-months } maanden, niet aangevraagd
criterion-no-core = Geen anti-HBc, niet aangevraagd

remark-stopped = gestopt op { $date }

gap-result-without-reading = uitslag zonder interpretatie: { $what }
gap-other-antiviral = mogelijk niet voldoende: { $what }
gap-therapy-date = datum niet vastgelegd: { $what }

suggest-surface = Concept: HBsAg
suggest-core = Concept: anti-HBc
suggest-dna = Concept: hepatitis B-DNA
