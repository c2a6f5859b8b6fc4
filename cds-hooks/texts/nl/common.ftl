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
allergy-not-understood = Er is geen middel klaargezet: een allergie heeft geen bruikbare code ({ $entries }). Zoek uit wat het is vóór het voorschrijven.
allergy-without-words = Er is geen middel klaargezet: een allergie zegt niet waarvoor. Zoek dit uit vóór het voorschrijven.
allergies-not-sent = Er is geen middel klaargezet: de allergieën zijn niet meegestuurd. Vraag ernaar vóór het voorschrijven.

link-page = Wat dit controleert: { $rule }

# Whom to call, by who reads the card.
contact-centre = het CAR-T-centrum
contact-on-duty = de dienstdoende CAR-T-arts

evidence-given = toegediend
evidence-stated = op de medicatielijst
evidence-prescribed = voorgeschreven
evidence-ordered = conceptorder
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

gap-not-supplied = niet aangeleverd door het dossiersysteem: { $source }
gap-not-supplied-of = niet aangeleverd door het dossiersysteem: { $source }
gap-failed = kon niet worden opgehaald: { $source }
gap-failed-of = kon niet worden opgehaald: { $source }
gap-incomplete = slechts gedeeltelijk aangeleverd: { $source }
gap-incomplete-of = slechts gedeeltelijk aangeleverd: { $source }
gap-unreadable = onleesbare regel in { $source }
gap-unreadable-of = onleesbare regel in { $source }: { $what }
gap-wrong-unit = eenheid niet vergelijkbaar, in { $source }
gap-wrong-unit-of = eenheid niet vergelijkbaar: { $what }
gap-impossible = onmogelijke waarde, in { $source }
gap-impossible-of = onmogelijke waarde: { $what }
gap-imprecise-date = datum niet nauwkeurig genoeg, in { $source }
gap-imprecise-date-of = datum niet nauwkeurig genoeg: { $what }
gap-uncoded = regel zonder bruikbare code in { $source }
gap-uncoded-of = zonder bruikbare code: { $what }
gap-not-recorded = niet vastgelegd in { $source }
gap-not-recorded-of = status of detail niet vastgelegd: { $what }
gap-conflicting = tegenstrijdige regels in { $source }
gap-conflicting-of = tegenstrijdige regel: { $what }
gap-infusion-date = datum van de infusie niet vastgelegd

remark-until = tot en met { $until }
remark-until-latest = uiterlijk tot en met { $until }
remark-over = sinds { $until } voorbij, gerekend vanaf deze infusie; een latere kan ontbreken
remark-no-end-date = geen einddatum
remark-live-vaccines-until = ten minste tot en met { $until }; daarna alleen bij hersteld immuunsysteem
remark-live-vaccines-until-latest = uiterlijk tot { $until }; daarna alleen bij hersteld immuunsysteem
remark-live-vaccines-over = sinds { $until } alleen bij hersteld immuunsysteem; geen einddatum
remark-live-vaccines-months = ten minste { $no-live-vaccine-months } maanden na de infusie; daarna alleen bij hersteld immuunsysteem
infusion-day = dag { $days }
infusion-only-ordered = alleen de order staat als voltooid; de infusie zelf is niet vastgelegd
infusion-undated = datum niet vastgelegd: de eerste { $first-month-after-car-t } dagen zijn niet uitgesloten

supposed-summary = Dossier onduidelijk: { $summary }
supposed-therapy = { $entry }: het dossier zegt niet of dit is gegeven. Ga het na; het volgende geldt als het is gegeven.
supposed-stopped = { $entry }: gestopt nadat het begonnen was; er kunnen cellen zijn ingelopen. Ga het na; het volgende geldt als dat zo is.
supposed-held = { $entry }: onderbroken; het dossier zegt niet of er cellen zijn gegeven. Ga het na; het volgende geldt als dat zo is.
supposed-to-come = { $entry }: vastgelegd als gegeven, met een datum die nog moet komen. Ga de datum na; het volgende geldt als het is gegeven.
supposed-draft = { $entry }: het concept heeft een toevoeging die hier niet bekend is; het kan een order zijn, of er een beëindigen. Ga het na; het volgende geldt voor wat het lijkt.
supposed-entry = { $entry }: het dossier zegt niet of deze vermelding telt (haar status). Ga het na; het volgende geldt als zij telt.
supposed-words = { $entry }: staat alleen in woorden in het dossier. Ga het na; het volgende geldt als het dat is.

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
