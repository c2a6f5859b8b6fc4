title = Possible ICANS

summary-critical = Possible ICANS grade { $grade } after CAR-T: assess now (ICE, consciousness), call { $contact }, consider intensive care.
summary-critical-at-least = Possible ICANS, at least grade { $grade }, after CAR-T: assess now (ICE, consciousness), call { $contact }, consider ICU.
summary-intensive-care = Possible ICANS grade { $grade } after CAR-T: intensive care is required. Assess now, call the ICU and { $contact }.
summary-reduced-consciousness = Reduced consciousness after CAR-T: possible ICANS. Assess now, call { $contact }, arrange intensive care.
summary-warning = Possible ICANS grade { $grade } after CAR-T: repeat ICE now, check consciousness and call { $contact }.
summary-warning-at-least = Possible ICANS after CAR-T, at least grade { $grade }: score ICE now, check consciousness and call { $contact }.
summary-better = ICE or consciousness was lower in the last { $recent-symptom-hours } hours after CAR-T, now normal: score ICE again today; ICANS comes and goes.
summary-not-graded = ICANS on record after CAR-T, without a present grade: score ICE and consciousness now, call { $contact }.
summary-late = Possible neurotoxicity { $days } days after CAR-T; late onset is described. Assess now (ICE) and call { $contact }.
summary-late-undated = Possible neurotoxicity after CAR-T; late onset is described. Assess now (ICE) and call { $contact }.
summary-late-intensive-care = Unconscious or grade 4 after CAR-T, possible late neurotoxicity: intensive care is required. Call { $contact } now.
summary-probable = Possible neurotoxicity; CAR-T probably given (infusion not recorded). Check, score ICE and call { $contact-short }.
summary-unclear = The record may show neurotoxicity after CAR-T, but is not clear. See the patient, score ICE and check the record.
summary-history-in-words = Neurological signs, and CAR-T in the record in words only: after CAR-T think of ICANS. Check and score ICE.

lead-grade = The record gives grade { $grade } (ASTCT).
lead-grade-at-least = The record gives at least grade { $grade } (ASTCT); missing data may make it higher.
lead-grades-differ = A clinician recorded grade { $grade }. Assess again; until then the higher counts.

criterion-car-t = CAR-T in history
criterion-acute = CAR-T ≤ { $first-month-after-car-t } days ago
criterion-ice = ICE score < 10, last { $recent-symptom-hours } hours
criterion-gcs = Glasgow coma score has fallen
criterion-unconscious = Unconsciousness since the infusion
criterion-events = Seizure or cerebral oedema since the infusion
criterion-cognitive = Confusion, aphasia, delirium or encephalopathy since the infusion
criterion-recorded = ICANS on record since the infusion
criterion-in-words = Sign of neurotoxicity in words only
criterion-hidden = Other signs

remark-latest = latest: { $score }
remark-scored-absent = last scored as absent (grade 0): assess; if over, update the problem list

gap-undated = no date recorded: { $what }
gap-score = no valid score: { $what }

context-older = Age { $older-age } or older: extra vulnerable; subtle changes of behaviour or memory count.
context-child = Under { $ice-age } years use a scale for children (CAPD), not ICE.
context-intensive-care = Loss of consciousness: intensive care is required.
context-other-causes = Exclude other causes: sedatives, infection, bleeding, stroke, metabolic disturbance.
context-writing-test = In hospital: a writing test twice a day.
