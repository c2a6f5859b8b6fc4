# Woorden die alle kaarten delen.

decimal-separator = ,

# How dates are written: strftime patterns of a day and of a month.
date-day = %d-%m-%Y
date-month = %m-%Y

column-criterion = Criterium
column-evidence = Dossier
group-any = één van:
group-all = alle van:
row-not = niet: { $row }
criterion-patient-alive = Patiënt in leven
nothing-on-record = niets vastgelegd
not-on-record = Niet vastgelegd: { $rows }
more-evidence = en nog { $count }
source-line = Bron
source-undated = ongedateerd
source-recheck = Indicaties veranderen: controleer de actuele registratietekst.
held-nowhere = Dit systeem legt dit volgens de configuratie niet vast: { $sources }
local-policy = Lokaal beleid: { $number } = { $value } (standaard { $default }): { $citation }

measure = { $value } { $unit }
measure-h = { $value } uur
measure-d = { $value } { $value ->
    [one] dag
   *[other] dagen
}
measure-wk = { $value } { $value ->
    [one] week
   *[other] weken
}
measure-mo = { $value } { $value ->
    [one] maand
   *[other] maanden
}
measure-a = { $value } jaar

allergy-on-record = Niet klaargezet wegens een allergie in het dossier: { $entries }.
allergy-not-understood = Er is geen middel klaargezet: een allergie heeft geen bruikbare code ({ $entries }). Zoek dit uit vóór het voorschrijven.
allergy-without-words = Er is geen middel klaargezet: een allergie zegt niet waarvoor. Zoek dit uit vóór het voorschrijven.
allergies-not-sent = Er is geen middel klaargezet: de allergieën zijn niet meegestuurd. Vraag ernaar vóór het voorschrijven.

link-page = Wat dit controleert: { $rule }
link-course = Beloop van deze patiënt

# Whom to call, by who reads the card.
contact-centre = het CAR-T-centrum
contact-on-duty = de CAR-T-dienstarts
contact-centre-short = het centrum
contact-on-duty-short = de dienstarts

evidence-given = toegediend
evidence-stated = medicatielijst
evidence-prescribed = voorgeschreven
evidence-ordered = in deze order
evidence-booked = afspraak
evidence-order-reason = reden van de order
evidence-visit-reason = reden van het bezoek
evidence-booking-reason = reden van de afspraak
evidence-relapse = status: recidief
evidence-recurrence = status: recidief
evidence-remission = status: remissie
evidence-not-active = status: niet meer actief
evidence-on-study = neemt deel aan onderzoek
evidence-unconfirmed = niet bevestigd
period-since = sinds { $from }

source-patient = patiëntgegevens
source-conditions = diagnoses en problemen
source-medicationRequests = voorschriften
source-medicationStatements = medicatielijst
source-medicationAdministrations = toegediende medicatie
source-procedures = verrichtingen
source-serviceRequests = aanvragen
source-observations = metingen en bevindingen
source-diagnosticReports = verslagen van beeldvorming
source-researchSubjects = deelname aan onderzoek
source-consents = toestemmingen
source-allergies = allergieën
source-encounters = opnames en bezoeken
source-draftOrders = conceptorders

gap-not-supplied = niet aangeleverd: { $source }
gap-not-supplied-of = niet aangeleverd: { $source }
gap-failed = niet op te halen: { $source }
gap-failed-of = niet op te halen: { $source }
gap-incomplete = deels aangeleverd: { $source }
gap-incomplete-of = deels aangeleverd: { $source }
gap-unreadable = onleesbaar in { $source }
gap-unreadable-of = onleesbaar: { $what }
gap-wrong-unit = eenheid niet vergelijkbaar, in { $source }
gap-wrong-unit-of = eenheid niet vergelijkbaar: { $what }
gap-impossible = onmogelijke waarde, in { $source }
gap-impossible-of = onmogelijke waarde: { $what }
gap-imprecise-date = datum niet exact, in { $source }
gap-imprecise-date-of = datum niet exact: { $what }
gap-uncoded = geen bruikbare code, in { $source }
gap-uncoded-of = geen bruikbare code: { $what }
gap-not-recorded = niet vastgelegd in { $source }
gap-not-recorded-of = status of detail niet vastgelegd: { $what }
gap-conflicting = tegenstrijdige regels in { $source }
gap-conflicting-of = tegenstrijdige regel: { $what }
gap-infusion-date = infusiedatum niet vastgelegd

remark-until = t/m { $until }
remark-until-latest = uiterlijk t/m { $until }
remark-over = sinds { $until } voorbij; een latere kan ontbreken
remark-no-end-date = geen einddatum
remark-live-vaccines-until = ten minste t/m { $until }, daarna alleen bij hersteld immuunsysteem
remark-live-vaccines-until-latest = uiterlijk tot { $until }, daarna alleen bij hersteld immuunsysteem
remark-live-vaccines-over = sinds { $until } alleen bij hersteld immuunsysteem; geen einddatum
remark-live-vaccines-months = ten minste { $no-live-vaccine-months } maanden na de infusie, daarna alleen bij hersteld immuunsysteem
infusion-day = dag { $days }
infusion-only-ordered = order voltooid, infusie niet vastgelegd
infusion-undated = geen datum vastgelegd: eerste { $first-month-after-car-t } dagen niet uitgesloten

supposed-summary = Dossier onduidelijk: { $summary }
supposed-therapy = { $entry }: niet vastgelegd of dit is gegeven. Ga het na; zo ja, dan geldt het volgende.
supposed-stopped = { $entry }: gestopt nadat het begonnen was; er kunnen cellen zijn ingelopen. Ga het na; zo ja, dan geldt het volgende.
supposed-held = { $entry }: onderbroken; niet vastgelegd of er cellen zijn gegeven. Ga het na; zo ja, dan geldt het volgende.
supposed-to-come = { $entry }: vastgelegd als gegeven, op een datum die nog moet komen. Ga het na; is het gegeven, dan geldt het volgende.
supposed-draft = { $entry }: onbekende toevoeging bij het concept: een order, of het einde ervan? Ga het na; het volgende geldt voor wat het lijkt.
supposed-entry = { $entry }: niet vastgelegd of deze vermelding telt (haar status). Ga het na; zo ja, dan geldt het volgende.
supposed-words = { $entry }: alleen in woorden. Ga het na; is het dat, dan geldt het volgende.

unchecked-title = Niet gecontroleerd
unchecked-summary = { $count } controle(s) rond celtherapie niet gedaan: gegevens ontbreken. Controleer zelf.
unchecked-rule = { $rule }: niet gecontroleerd, ontbreekt: { $sources }
unchecked-fault = { $rule }: niet gecontroleerd door een storing in deze dienst

override-crs-second-line = Tweedelijnsbehandeling van cytokine release syndrome
override-icans-treatment = Behandeling van ICANS
override-adrenal-replacement = Substitutie bij bijnierinsufficiëntie
override-life-threatening-emergency = Levensbedreigende noodsituatie
override-relapse-next-line = Volgende behandellijn na recidief
override-gvhd = Graft-versus-hostziekte
override-iec-hs = IEC-HS (hemofagocytair syndroom na immuuneffectorcellen)
override-criteria-met-elsewhere = Voldoet aan de criteria volgens informatie buiten dit dossier
override-committee-approved = Goedgekeurd door de landelijke commissie
override-trial-participation = Behandeling in studieverband
override-not-pregnant-confirmed = Zwangerschap uitgesloten
override-patient-informed-accepts-risk = Patiënt geïnformeerd en aanvaardt het risico
override-own-cells-collection = Afname van eigen cellen
override-not-a-donation = Geen donatie
override-data-outdated = Gegevens in het dossier zijn verouderd
override-already-treated = Al bekend en in behandeling
override-explained-otherwise = Bevinding heeft een andere verklaring
override-arranged-elsewhere = Elders geregeld
override-not-tolerated = Gecontra-indiceerd of niet verdragen
override-local-protocol = Volgens lokaal protocol
override-other = Andere reden
