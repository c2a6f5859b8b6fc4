title = aHSCT in MS: eligibility

summary-met = Meets the Dutch criteria for aHSCT in RRMS: refer for a second opinion.
summary-not-met = aHSCT for MS: Dutch criteria not met: { $what }{ $more ->
    [0] {""}
   *[other] , and { $more } more
}. Reconsider the order.
summary-unknown = aHSCT for MS: eligibility can't be determined. Open: { $what }{ $more ->
    [0] {""}
   *[other] , and { $more } more
}. Resolve this first.
summary-nearly = aHSCT in RRMS: all criteria but one are met. Open: { $what }. Resolve this to decide on referral.

failed-subtype = progressive MS
failed-exposure = not long enough on a listed second-line drug
failed-relapse = no relapse under long enough treatment
failed-mri = no new MRI activity under long enough treatment
failed-recent = no recent activity
open-subtype = type of MS
open-exposure = duration of second-line treatment
open-relapse = relapse on treatment
open-mri = new MRI activity on treatment
open-recent = whether there is recent activity
open-together = relapse and MRI under different drugs
open-newest-mri = newest MRI without new activity

lead-criteria = The national committee decides, after a second opinion.
lead-reason-assumed = The order gives no readable reason; checked for MS, which is on record.

criterion-asked = MS on record, or aHSCT ordered for it
criterion-first = No stem-cell transplantation before
criterion-not-planned = No transplantation planned yet
criterion-subtype = Relapsing-remitting MS (RRMS)
criterion-exposure = One listed second-line drug for ≥ { $minimum-therapy-months } months
criterion-relapse = Relapse after ≥ { $minimum-therapy-months } months on it
criterion-mri = New MRI activity after ≥ { $minimum-therapy-months } months on it
criterion-recent = Latest relapse or MRI activity ≤ { $recent-activity-months } months ago
criterion-together = Relapse and MRI activity under one drug, or ≤ { $recent-activity-months } months apart
criterion-newest-mri = Newest MRI active, or relapse since

remark-exposure = { $months ->
    [one] 1 month
   *[other] { $months } months
}
remark-exposure-at-least = at least { $months } months
remark-longest = longest uninterrupted: { $drug }, { $months ->
    [one] 1 month
   *[other] { $months } months
} ({ $from } – { $to })
remark-exposure-between = { $least ->
    [0] at most { $months }
   *[other] between { $least } and { $months }
} months, not certain
remark-together = together { $months } months; no single course long enough
remark-window = counts when dated { $from } – { $to }
remark-none-in-window = none dated { $from } – { $to }
remark-no-window = no listed drug for { $minimum-therapy-months } months

gap-subtype = type of MS not coded (RRMS, SPMS or PPMS)
gap-subtype-conflicting = RRMS and a progressive type are both active
gap-only-together = does the sum of several courses count? The clinician decides
gap-end = end not recorded: { $what }
gap-may-not-count = reason not recorded (MS, or lymphoma or leukaemia?): { $what }
gap-after-last-dose = not recorded: did treatment go on after the last dose?
gap-mri-finding = finding not coded, or only in part: { $what }
gap-not-together = different drugs, far apart: do they count together? The clinician decides
gap-newest-mri-quiet = the newest MRI shows no new activity: is the disease still active?
gap-no-mri = no brain MRI in this period
gap-no-mri-then = no brain MRI in this period, which is over: an MRI now does not count

context-transplanted = A stem-cell transplantation is already on record: repeat it only with caution.
context-centres = Given in Amsterdam UMC (VUmc) and St Antonius (Nieuwegein).
context-not-reimbursed = Given and reimbursed only when all criteria are met.
context-secondary-progressive = aHSCT in SPMS: no improvement, at most stabilisation.
context-other-therapy = Not counted (not on the list): { $drugs }.
context-age = Age { $age }.
context-onset = MS since { $when }.
context-edss = EDSS { $value } ({ $when }).
committee-approved = approved
committee-rejected = not approved
context-committee = National committee: { $value } ({ $when }).
context-no-committee = No committee decision on record.

suggest-second-opinion = Refer for a second opinion: aHSCT in MS
suggest-relapse-history = Neurology: record relapses with their dates
suggest-mri = MRI of the brain: new T2 or enhancing lesions?
