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
failed-relapse = geen schub onder voldoende lange behandeling
failed-mri = geen nieuwe MRI-activiteit onder voldoende lange behandeling
failed-recent = geen recente activiteit
open-subtype = type MS
open-exposure = duur van de tweedelijnsbehandeling
open-relapse = schub onder behandeling
open-mri = nieuwe MRI-activiteit onder behandeling
open-recent = of er recente activiteit is
open-together = schub en MRI onder verschillende middelen
open-newest-mri = nieuwste MRI zonder nieuwe activiteit

lead-criteria = De landelijke commissie beslist, na een second opinion.
lead-reason-assumed = De order noemt geen leesbare reden; getoetst voor MS, dat in het dossier staat.

criterion-asked = MS vastgelegd, of aHSCT daarvoor aangevraagd
criterion-first = Geen eerdere stamceltransplantatie
criterion-not-planned = Nog geen transplantatie gepland
criterion-subtype = Relapsing-remitting MS (RRMS)
criterion-exposure = Eén tweedelijnsmiddel van de lijst ≥ { $minimum-therapy-months } maanden
criterion-relapse = Schub na ≥ { $minimum-therapy-months } maanden behandeling
criterion-mri = Nieuwe MRI-activiteit na ≥ { $minimum-therapy-months } maanden behandeling
criterion-recent = Laatste schub of MRI-activiteit ≤ { $recent-activity-months } maanden geleden
criterion-together = Schub en MRI-activiteit onder één middel, of ≤ { $recent-activity-months } maanden uit elkaar
criterion-newest-mri = Nieuwste MRI actief, of daarna een schub

remark-exposure = { $months ->
    [one] 1 maand
   *[other] { $months } maanden
}
remark-exposure-at-least = ten minste { $months } maanden
remark-longest = langste zonder onderbreking: { $drug }, { $months ->
    [one] 1 maand
   *[other] { $months } maanden
} ({ $from } – { $to })
remark-exposure-between = { $least ->
    [0] hooguit { $months }
   *[other] tussen { $least } en { $months }
} maanden, niet zeker
remark-together = samen { $months } maanden; geen enkele behandeling lang genoeg
remark-window = telt mee in de periode { $from } – { $to }
remark-none-in-window = geen in de periode { $from } – { $to }
remark-no-window = geen middel van de lijst { $minimum-therapy-months } maanden gebruikt

gap-subtype = type MS niet gecodeerd (RRMS, SPMS of PPMS)
gap-subtype-conflicting = RRMS en een progressieve vorm staan beide als actief
gap-only-together = telt de som van behandelingen? De behandelaar beslist
gap-end = einddatum niet vastgelegd: { $what }
gap-may-not-count = reden niet vastgelegd (MS, of lymfoom of leukemie?): { $what }
gap-after-last-dose = niet vastgelegd: ging de behandeling na de laatste gift door?
gap-mri-finding = bevinding niet of niet volledig gecodeerd: { $what }
gap-not-together = verschillende middelen, ver uiteen: tellen ze samen? De behandelaar beslist
gap-newest-mri-quiet = de nieuwste MRI toont geen nieuwe activiteit: is de ziekte nog actief?
gap-no-mri = geen MRI van de hersenen in deze periode
gap-no-mri-then = geen MRI van de hersenen in deze periode, die voorbij is: een MRI nu telt niet

context-transplanted = Een stamceltransplantatie is al vastgelegd: herhaal die alleen met voorzichtigheid.
context-centres = Wordt gegeven in Amsterdam UMC (VUmc) en St. Antonius Ziekenhuis (Nieuwegein).
context-not-reimbursed = Wordt alleen gegeven en vergoed als aan alle criteria is voldaan.
context-secondary-progressive = aHSCT bij SPMS: geen verbetering, hooguit stabilisering.
context-other-therapy = Telt niet mee (niet op de lijst): { $drugs }.
context-age = Leeftijd { $age } jaar.
context-onset = MS sinds { $when }.
context-edss = EDSS { $value } ({ $when }).
committee-approved = akkoord
committee-rejected = niet akkoord
context-committee = Landelijke commissie: { $value } ({ $when }).
context-no-committee = Geen besluit van de commissie vastgelegd.

suggest-second-opinion = Verwijzing voor second opinion: aHSCT bij MS
suggest-relapse-history = Neurologie: schubs met datum vastleggen
suggest-mri = MRI hersenen: nieuwe T2- of aankleurende laesies?
