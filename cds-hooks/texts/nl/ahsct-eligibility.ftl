title = aHSCT bij MS: criteria

summary-met = Voldoet aan de Nederlandse criteria voor aHSCT bij RRMS: verwijs voor een second opinion.
summary-not-met = aHSCT bij MS, niet voldaan: { $what }{ $more ->
    [0] {""}
   *[other] , en nog { $more }
}. Heroverweeg de order.
summary-unknown = aHSCT bij MS: criteria niet te beoordelen. Open: { $what }{ $more ->
    [0] {""}
   *[other] , en nog { $more }
}. Verhelder dit eerst.
summary-nearly = aHSCT bij RRMS: aan alle criteria op één na voldaan. Open: { $what }. Zoek uit en beslis over verwijzing.

failed-subtype = progressieve MS
failed-exposure = niet lang genoeg op een tweedelijnsmiddel van de lijst
failed-relapse = geen schub onder voldoende lange tweedelijnsbehandeling
failed-mri = geen nieuwe MRI-activiteit onder voldoende lange tweedelijnsbehandeling
failed-recent = geen recente activiteit
open-subtype = type MS
open-exposure = duur van de tweedelijnsbehandeling
open-relapse = schub onder behandeling
open-mri = nieuwe MRI-activiteit onder behandeling
open-recent = of er recente activiteit is
open-together = schub en MRI onder verschillende middelen
open-newest-mri = nieuwste MRI zonder nieuwe activiteit

lead-criteria = Aan alle vier Nederlandse criteria moet zijn voldaan. De landelijke commissie beslist, na een second opinion.
lead-reason-assumed = De order noemt geen leesbare reden. MS staat in het dossier; daarom is getoetst aan de criteria voor MS.

criterion-asked = MS vastgelegd, of aHSCT daarvoor aangevraagd
criterion-first = Geen eerdere stamceltransplantatie
criterion-not-planned = Nog geen transplantatie gepland
criterion-subtype = Relapsing-remitting MS (RRMS)
criterion-exposure = Ten minste { $minimum-therapy-months } maanden één tweedelijnsmiddel van de lijst
criterion-relapse = Schub na ten minste { $minimum-therapy-months } maanden op dat middel
criterion-mri = Nieuwe MRI-activiteit na ten minste { $minimum-therapy-months } maanden op dat middel
criterion-recent = Laatste schub of nieuwe MRI-activiteit hooguit { $recent-activity-months } maanden geleden
criterion-together = Schub en MRI-activiteit onder hetzelfde middel, of hooguit { $recent-activity-months } maanden uit elkaar
criterion-newest-mri = Nieuwste MRI van de hersenen met nieuwe activiteit, of daarna nog een schub

remark-exposure = { $drug }: { $months ->
    [one] 1 maand
   *[other] { $months } maanden
} ({ $from } – { $to })
remark-exposure-at-least = { $drug }: ten minste { $months } maanden
remark-longest = langste zonder onderbreking: { $drug }, { $months ->
    [one] 1 maand
   *[other] { $months } maanden
} ({ $from } – { $to })
remark-exposure-between = { $drug }: { $least ->
    [0] hooguit { $months }
   *[other] tussen { $least } en { $months }
} maanden, niet zeker
remark-together = cumulatief: { $months } maanden; geen enkele behandeling lang genoeg
remark-window = telt mee bij een datum in { $from } – { $to }
remark-none-in-window = niets vastgelegd met een datum in { $from } – { $to }
remark-no-window = geen middel van de lijst { $minimum-therapy-months } maanden in gebruik geweest

gap-subtype = geen actieve diagnose met een code voor het type MS (RRMS, SPMS of PPMS)
gap-subtype-conflicting = RRMS en een progressieve vorm staan beide als actief
gap-only-together = of de som van meerdere behandelingen telt, beslist de behandelaar
gap-end = einddatum niet vastgelegd: { $what }
gap-may-not-count = voor MS, of voor een lymfoom of leukemie? Reden niet vastgelegd: { $what }
gap-after-last-dose = niet vastgelegd of de behandeling na de laatste gift doorging
gap-mri-finding = bevinding niet of niet volledig gecodeerd: { $what }
gap-not-together = schub en MRI-activiteit onder verschillende middelen en ver uit elkaar: of ze samen tellen, beslist de behandelaar
gap-newest-mri-quiet = de nieuwste MRI toont geen nieuwe activiteit: is de ziekte nog actief?
gap-no-mri = geen MRI van de hersenen vastgelegd in deze periode
gap-no-mri-then = geen MRI van de hersenen vastgelegd in deze periode, die voorbij is: een MRI nu telt niet mee

context-transplanted = Een stamceltransplantatie is al vastgelegd. Herhalen kan, maar vraagt voorzichtigheid.
context-centres = aHSCT bij MS wordt in Nederland alleen gegeven in Amsterdam UMC (VUmc) en het St. Antonius Ziekenhuis (Nieuwegein).
context-not-reimbursed = aHSCT bij MS wordt in Nederland alleen gegeven en vergoed als aan de criteria is voldaan.
context-secondary-progressive = aHSCT bij SPMS: geen verbetering, hooguit stabilisering.
context-other-therapy = Telt niet mee, want niet op de lijst: { $drugs }.
context-age = Leeftijd: { $age } jaar.
context-onset = MS sinds { $when }.
context-edss = EDSS { $value } ({ $when }).
committee-approved = akkoord
committee-rejected = niet akkoord
context-committee = Beslissing van de landelijke commissie: { $value } ({ $when }).
context-no-committee = Geen besluit van de landelijke commissie vastgelegd.
context-profile = Meeste effect: jong, actieve MS, korte ziekteduur, weinig invaliditeit. Zonder ontsteking geen respons. Deze bronnen noemen geen grenzen; Zorginstituut Nederland (2022) spreekt van volwassenen van 18–55 jaar.

suggest-second-opinion = Verwijzing voor second opinion: aHSCT bij MS
suggest-relapse-history = Neurologie: schubs met datum vastleggen
suggest-mri = MRI hersenen: nieuwe T2- of aankleurende laesies?
