# Words that all cards share.

decimal-separator = .

# How dates are written: strftime patterns of a day and of a month.
date-day = %-d %b %Y
date-month = %b %Y

column-criterion = Criterion
column-evidence = Record
group-any = one of:
group-all = all of:
row-not = not: { $row }
criterion-patient-alive = Patient alive
nothing-on-record = nothing on record
not-on-record = Not on record: { $rows }
more-evidence = and { $count } more
source-line = Source
source-undated = undated
source-recheck = Indications change: check the current label.
held-nowhere = This record system keeps no such data, by its configuration: { $sources }
local-policy = Local policy: { $number } = { $value } (standard { $default }): { $citation }

measure = { $value } { $unit }
measure-h = { $value } { $value ->
    [one] hour
   *[other] hours
}
measure-d = { $value } { $value ->
    [one] day
   *[other] days
}
measure-wk = { $value } { $value ->
    [one] week
   *[other] weeks
}
measure-mo = { $value } { $value ->
    [one] month
   *[other] months
}
measure-a = { $value } { $value ->
    [one] year
   *[other] years
}

allergy-on-record = Not drafted because of an allergy on record: { $entries }.
allergy-not-understood = No drug is drafted: an allergy has no usable code ({ $entries }). Find out before prescribing.
allergy-without-words = No drug is drafted: an allergy entry does not say to what. Find out before prescribing.
allergies-not-sent = No drug is drafted: the allergies were not sent. Ask before prescribing.

link-page = What this checks: { $rule }
link-course = Course of this patient

# Whom to call, by who reads the card.
contact-centre = the CAR-T centre
contact-on-duty = the CAR-T duty doctor
contact-centre-short = the centre
contact-on-duty-short = duty doctor

evidence-given = given
evidence-stated = medication list
evidence-prescribed = prescribed
evidence-ordered = ordered
evidence-booked = being booked
evidence-order-reason = reason of the order
evidence-visit-reason = reason of the visit
evidence-booking-reason = reason of the appointment
evidence-relapse = status: relapse
evidence-recurrence = status: recurrence
evidence-remission = status: remission
evidence-not-active = status: no longer active
evidence-on-study = on study
evidence-unconfirmed = unconfirmed
period-since = since { $from }

source-patient = patient data
source-conditions = conditions
source-medicationRequests = prescriptions
source-medicationStatements = medication list
source-medicationAdministrations = administered medication
source-procedures = procedures
source-serviceRequests = requests
source-observations = observations
source-diagnosticReports = imaging reports
source-researchSubjects = trial participation
source-consents = consents
source-allergies = allergies
source-encounters = stays and visits
source-draftOrders = draft orders

gap-not-supplied = not sent: { $source }
gap-not-supplied-of = not sent: { $source }
gap-failed = could not be retrieved: { $source }
gap-failed-of = could not be retrieved: { $source }
gap-incomplete = only partly sent: { $source }
gap-incomplete-of = only partly sent: { $source }
gap-unreadable = unreadable entry in { $source }
gap-unreadable-of = unreadable: { $what }
gap-wrong-unit = unit not comparable, in { $source }
gap-wrong-unit-of = unit not comparable: { $what }
gap-impossible = impossible value, in { $source }
gap-impossible-of = impossible value: { $what }
gap-imprecise-date = date not exact, in { $source }
gap-imprecise-date-of = date not exact: { $what }
gap-uncoded = no usable code, in { $source }
gap-uncoded-of = no usable code: { $what }
gap-not-recorded = not recorded in { $source }
gap-not-recorded-of = status or detail not recorded: { $what }
gap-conflicting = contradictory entries in { $source }
gap-conflicting-of = contradictory entry: { $what }
gap-infusion-date = infusion date not recorded

remark-until = until { $until } inclusive
remark-until-latest = until { $until } inclusive, at the latest
remark-over = over since { $until }; a later one may be missing
remark-no-end-date = no end date
remark-live-vaccines-until = at least until { $until } inclusive, then only with immune recovery
remark-live-vaccines-until-latest = until { $until } at the latest, then only with immune recovery
remark-live-vaccines-over = since { $until } only with immune recovery; no end date
remark-live-vaccines-months = for at least { $no-live-vaccine-months } months after the infusion, then only with immune recovery
infusion-day = day { $days }
infusion-only-ordered = order completed, infusion not recorded
infusion-undated = no date recorded: the first { $first-month-after-car-t } days not excluded

supposed-summary = Record unclear: { $summary }
supposed-therapy = { $entry }: not recorded whether this was given. Check; if so, the following holds.
supposed-stopped = { $entry }: stopped after it had begun; cells may have gone in. Check; if so, the following holds.
supposed-held = { $entry }: on hold; not recorded whether cells were given. Check; if so, the following holds.
supposed-to-come = { $entry }: recorded as given, on a date still to come. Check; if it was given, the following holds.
supposed-draft = { $entry }: unknown modifier on the draft: an order, or the end of one? Check; the following holds for what it seems.
supposed-entry = { $entry }: not recorded whether this entry counts (its status). Check; if so, the following holds.
supposed-words = { $entry }: in words only. Check; if it is that, the following holds.

unchecked-title = Not checked
unchecked-summary = { $count } cell-therapy check(s) could not be done: data missing. Check by hand.
unchecked-rule = { $rule }: not checked, missing: { $sources }
unchecked-fault = { $rule }: not checked because of a fault in this service

override-crs-second-line = Second-line treatment of cytokine release syndrome
override-icans-treatment = Treatment of ICANS
override-adrenal-replacement = Replacement in adrenal insufficiency
override-life-threatening-emergency = Life-threatening emergency
override-relapse-next-line = Next line of treatment after relapse
override-gvhd = Graft-versus-host disease
override-iec-hs = IEC-HS (haemophagocytic syndrome after immune effector cells)
override-criteria-met-elsewhere = Criteria met according to information outside this record
override-committee-approved = Approved by the national committee
override-trial-participation = Treatment within a trial
override-not-pregnant-confirmed = Pregnancy excluded
override-patient-informed-accepts-risk = Patient informed and accepts the risk
override-own-cells-collection = Collection of the patient's own cells
override-not-a-donation = Not a donation
override-data-outdated = Data in the record is outdated
override-already-treated = Already recognised and treated
override-explained-otherwise = Finding has another explanation
override-arranged-elsewhere = Arranged elsewhere
override-not-tolerated = Contraindicated or not tolerated
override-local-protocol = According to local protocol
override-other = Other reason
