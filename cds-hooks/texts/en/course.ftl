# Words of the picture of a patient's course, of the SMART app that shows it, and of the workbench.

course-title = Course
course-lead = What the rules of this call found in the record, where it stands in time, and what is not known. The cards advise; they do not decide.
course-woman = Woman, { $age } years
course-man = Man, { $age } years
course-person = Patient, { $age } years
course-born = born { $date }
course-record = record { $id }
course-as-of = As of { $date }
course-zero-car-t = Day 0: CAR-T infusion, { $date }
course-zero-own = Day 0: reinfusion of own stem cells, { $date }
course-zero-donor = Day 0: transplantation of donor stem cells, { $date }
course-zero-stem-cells = Day 0: stem cell transplantation, { $date }
course-zero-none = No cell therapy is on record.
course-zero-undated = A cell therapy is on record, without a date.
course-zero-not-known = Whether there was a cell therapy is not known.
course-from-today = Time is counted from today.
course-other-zero = Also on record
course-own-value = { $value } (this hospital)

course-cards = Cards
course-no-cards = No card.
course-card = Card { $number }, { $indicator }
course-critical = critical
course-warning = warning
course-info = information
course-bands = Until when
course-findings = Measurements and findings
course-drugs = Drugs
course-procedures = Procedures and requests
course-diagnoses = Diagnoses
course-drafts = Being ordered
course-others = Stays and other data
course-not-known = Not known
course-stay = Admission
course-emergency = Emergency department
course-visit = Visit
course-present = today
course-limit = { $name }: { $value }
course-normal = normal { $value }

course-temperature = Temperature
course-ice = ICE score
course-neutrophils = Neutrophils
course-platelets = Platelets
course-igg = IgG
course-cd4 = CD4 cells

course-days = days
course-recent = last days
course-weeks = weeks
course-months = months
course-years = years
course-tick-day = { $count }
course-tick-week = { $count } wk
course-tick-month = { $count } mo
course-tick-year = { $count } y
course-on-day = day { $count }
course-weeks-after = { $count } { $count ->
    [one] week
   *[other] weeks
} after day 0
course-months-after = { $count } { $count ->
    [one] month
   *[other] months
} after day 0
course-years-after = { $count } { $count ->
    [one] year
   *[other] years
} after day 0
course-weeks-before = { $count } { $count ->
    [one] week
   *[other] weeks
} before day 0
course-months-before = { $count } { $count ->
    [one] month
   *[other] months
} before day 0
course-years-before = { $count } { $count ->
    [one] year
   *[other] years
} before day 0
course-today = today
course-days-ago = { $count } { $count ->
    [one] day
   *[other] days
} ago
course-weeks-ago = { $count } { $count ->
    [one] week
   *[other] weeks
} ago
course-months-ago = { $count } { $count ->
    [one] month
   *[other] months
} ago
course-years-ago = { $count } { $count ->
    [one] year
   *[other] years
} ago
course-days-ahead = in { $count } { $count ->
    [one] day
   *[other] days
}
course-weeks-ahead = in { $count } { $count ->
    [one] week
   *[other] weeks
}
course-months-ahead = in { $count } { $count ->
    [one] month
   *[other] months
}
course-years-ahead = in { $count } { $count ->
    [one] year
   *[other] years
}

course-picture = Picture
course-picture-lead = Each part of the time line has a scale of its own. Every mark leads to its line in the tables below.
course-legend = What the marks mean
course-legend-given = given
course-legend-stated = in use (medication list)
course-legend-prescribed = prescribed
course-legend-procedure = done
course-legend-request = requested
course-legend-diagnosis = diagnosis
course-legend-finding = measured or found
course-legend-draft = being ordered
course-legend-other = other entry
course-legend-imprecise = date not exact
course-legend-not-known = not known
course-legend-band = holds until
course-legend-band-supposed = holds if what is unclear was given
course-legend-present = today
course-legend-zero = day 0

course-entries = All entries
course-entries-lead = What the criteria of the rules rest on, in the order of time.
course-undated = Without a date
course-when = When
course-what = What
course-asked-by = Criterion
course-rule = Rule
course-until = Until
course-from = From
course-why = Why
course-data = Data
course-nothing = Nothing on record.
course-no-bands = No rule counts a time here.
course-all-known = Nothing that a rule needs is missing.
course-until-past = until { $until } (over)
course-until-present = until { $until } inclusive
course-until-latest = until { $until } at the latest
course-until-supposed = until { $until }, if what is unclear was given
course-until-open = no end date
course-from-cards = What the cards say
course-suggestions = It suggests
course-reasons = May be overridden because:
course-opened = Opened from this card:
course-printed = Made by cellwise from the data of one call. It shows what the rules looked at, not the whole record.

# The times that rules count, by the number that says how long.
span-no-driving-days = No driving
span-prophylaxis-months-after-car-t = Infection prophylaxis
span-prophylaxis-months-after-own-cells = Infection prophylaxis
span-prophylaxis-months-after-donor-cells = Infection prophylaxis
span-no-live-vaccine-months = No live vaccines; afterwards only with immune recovery
span-no-vaccine-months = No inactivated vaccines yet
span-no-vaccine-months-after-donor-cells = No inactivated vaccines yet
span-condom-months-after-car-t = No pregnancy, no fathering: condom
span-no-conception-months-after-transplantation = No pregnancy, no fathering
span-irradiated-blood-days-after-car-t = Irradiated blood products
span-irradiated-blood-months-after-own-cells = Irradiated blood products
span-irradiated-blood-months-after-donor-cells = Irradiated blood products
span-hepatitis-b-prophylaxis-months = Antiviral, if ever infected with hepatitis B
span-hepatitis-b-prophylaxis-months-after-rituximab = After rituximab: antiviral, if ever infected with hepatitis B
span-b-cell-recovery-years = B cells may be lacking: check IgG
span-first-month-after-car-t = CRS and ICANS may occur
span-frequent-count-days = Frequent blood counts
span-count-months = Low counts may be due to the cell therapy
span-icaht-late-days = Prolonged cytopenia is graded
span-call-card-months = Alarm symptoms may be due to CAR-T
span-corticosteroid-critical-months = Corticosteroid only after consultation
span-fever-months-after-ahsct = Fever may be due to the transplantation

# What the limits in the charts mean, by the number.
limit-crs-fever = fever (CRS)
limit-fever-after-car-t = fever after CAR-T
limit-fever-after-ahsct = fever after aHSCT
limit-fever-before-car-t = fever before CAR-T
limit-fever-in-mobilisation = fever in mobilisation
limit-severe-neutropenia = severe neutropenia
limit-icaht-neutrophils = prolonged cytopenia
limit-icaht-very-low-neutrophils = prolonged cytopenia, very low
limit-neutrophils-recovered = recovered
limit-low-platelets = low
limit-icaht-platelets = prolonged cytopenia
limit-low-igg = low
limit-recovered-cd4-count = recovered

# The SMART app.
app-patient = Patient
app-no-name = Name not known
app-no-birth-date = date of birth not known
app-as-of = As of
app-show = Show
app-today = Today
app-print = Print
app-language = English
app-read-at = Read from the record system at { $time }, with your own access.
app-stays = What changes there later is seen when this page is loaded again.
app-past = As of { $date }: entries dated later are left out. What an entry says (its status, its diagnosis) is what it says today.
app-not-read = Could not be read:
app-not-read-means = What could not be read counts as not known, never as none.
app-why-part = only part of it came
app-why-denied = the record system does not show you this
app-why-slow = the record system took too long
app-why-unreachable = the record system could not be reached
app-why-unknown-kind = the record system has no such data
app-why-other = the answer could not be used
app-opened-none = The card that you came from is not shown here: { $rule }. It may be about what was being ordered, or no longer be given.
app-rule = About this rule
app-choose = Choose the record system from which to open a patient.
app-no-course = The course can't be shown
app-says-nothing = This says nothing about the patient.
app-for-helpdesk = For the helpdesk:
app-refused-not-a-launch = This page was opened in a way that says of no record system, or of several.
app-refused-unknown-server = It was opened from a record system that is not registered here.
app-refused-no-configuration = The record system does not say how to sign in, or can't be reached.
app-refused-no-pkce = The record system can't sign you in safely (it lacks PKCE with S256).
app-refused-denied = The record system did not give access.
app-refused-launch-over = Signing in took too long, or this address was used before.
app-refused-other-browser = The browser that comes back is not the one that left, or it keeps no cookies of this page.
app-refused-no-token = The record system did not complete the sign-in.
app-refused-no-patient = The record system did not say which patient.
app-refused-user-not-proven = The record system said who you are in a way that can't be checked.
app-refused-session-over = Your access to this page has ended.
app-refused-busy = Too many people are using this page.
app-refused-not-logged = Who looks at a record is written down here, and that is not possible now.
app-refused-fault = Something went wrong here.
app-do-open-from-ehr = Open it from the patient's record.
app-do-open-again = Open it again from the patient's record.
app-do-open-record = Open a patient's record first, then this page from there.
app-do-ask-access = Ask for access in your hospital if you need it, or open it again from the patient's record.
app-do-cookies = Open it again from the patient's record. If it happens again, the helpdesk must allow cookies of this page inside the record system.
app-do-try-later = Try again in a minute; if it goes on, tell the helpdesk.
app-do-tell-helpdesk = Tell the helpdesk: somebody has to change a setting.

# The workbench.
bench-title = Workbench
bench-lead = For testers and engineers. What is laid here is sent to this server, judged and forgotten; an access log, where one is kept, names the patient.
bench-no-script = This page needs its script.
bench-patient = Patient
bench-fixture = Invented patient
bench-file = Own file
bench-drop = A FHIR Bundle or a CDS Hooks request; it can be dropped anywhere on this page.
bench-nothing = Nothing is laid here yet.
bench-fixture-order = Invented draft
bench-order-file = Own draft
bench-question = Question
bench-hook = Hook
bench-service = Service
bench-every-service = every service of the hook
bench-language = Language
bench-config = Local configuration
bench-config-lead = Numbers and switches as in cellwise.toml; files can't be named.
bench-judge = Judge
bench-save = Save as a case
bench-date = Date
bench-slider = Days
bench-day-before = One day back
bench-day-after = One day on
bench-until-then = Leave out what is dated later
bench-says-known = Laid here:
bench-says-none = Choose a patient first.
bench-says-came = Cards that came:
bench-says-went = Cards that went:
bench-says-same = The same cards as before.
bench-says-failed = The server does not answer.
bench-says-unreadable = This file is no JSON.
bench-says-invented = Patients of cases are invented. Is this patient invented, in every word?
bench-cards = { $count ->
    [0] no card
    [one] one card
   *[other] { $count } cards
}
bench-unobtainable = 412, nothing can be said without:
bench-invalid = 400, not valid:
bench-not-served = 400, offered only on:
bench-criteria = Criteria
bench-has-card = has a card
bench-rule-failed = The rule failed: a fault of the program.
bench-all = all of
bench-any = one of
bench-unless = not
bench-aside = informs, decides nothing
bench-shown-as = shown as
bench-data = What each rule needs, and what it got
bench-got = Data
bench-none = none
bench-held-nowhere = not kept by this record system
bench-raw = As it goes over the wire
bench-request = Request of
bench-response = Response of
