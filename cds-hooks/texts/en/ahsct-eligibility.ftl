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
failed-relapse = no relapse under long enough second-line treatment
failed-mri = no new MRI activity under long enough second-line treatment
failed-recent = no recent activity
open-subtype = type of MS
open-exposure = duration of second-line treatment
open-relapse = relapse on treatment
open-mri = new MRI activity on treatment
open-recent = whether there is recent activity
open-together = relapse and MRI under different drugs
open-newest-mri = newest MRI without new activity

lead-criteria = All four Dutch criteria must be met. The national committee decides on eligibility, after a second opinion.
lead-reason-assumed = The order gives no readable reason. MS is on record, so it was checked against the criteria for MS.

criterion-asked = MS on record, or aHSCT ordered for it
criterion-first = No stem-cell transplantation before
criterion-not-planned = No transplantation planned yet
criterion-subtype = Relapsing-remitting MS (RRMS)
criterion-exposure = At least { $minimum-therapy-months } months on one listed second-line drug
criterion-relapse = Relapse after at least { $minimum-therapy-months } months on that drug
criterion-mri = New MRI activity after at least { $minimum-therapy-months } months on that drug
criterion-recent = Latest relapse or new MRI activity at most { $recent-activity-months } months ago
criterion-together = Relapse and MRI activity under the same drug, or at most { $recent-activity-months } months apart
criterion-newest-mri = Newest brain MRI with new activity, or a relapse since

remark-exposure = { $drug }: { $months ->
    [one] 1 month
   *[other] { $months } months
} ({ $from } – { $to })
remark-exposure-at-least = { $drug }: at least { $months } months
remark-longest = longest uninterrupted: { $drug }, { $months ->
    [one] 1 month
   *[other] { $months } months
} ({ $from } – { $to })
remark-exposure-between = { $drug }: { $least ->
    [0] at most { $months }
   *[other] between { $least } and { $months }
} months, not certain
remark-together = cumulative: { $months } months; no single course long enough
remark-window = counts when dated { $from } – { $to }
remark-none-in-window = none on record dated { $from } – { $to }
remark-no-window = no listed drug was in use for { $minimum-therapy-months } months

gap-subtype = no active entry is coded with the type of MS (RRMS, SPMS or PPMS)
gap-subtype-conflicting = RRMS and a progressive type are both active
gap-only-together = whether the sum of several courses counts is for the clinician to decide
gap-end = end not recorded: { $what }
gap-may-not-count = for MS or for a lymphoma or leukaemia? Reason not recorded: { $what }
gap-after-last-dose = whether treatment went on after the last dose is not recorded
gap-mri-finding = finding not coded, or only in part: { $what }
gap-not-together = relapse and MRI activity came under different drugs, far apart: whether they count together is for the clinician
gap-newest-mri-quiet = the newest MRI shows no new activity: is the disease still active?
gap-no-mri = no MRI of the brain on record in this period
gap-no-mri-then = no MRI of the brain on record in this period, which is over: an MRI now would not count

context-transplanted = A stem-cell transplantation is already on record. Repeating it is possible, but calls for caution.
context-centres = In the Netherlands aHSCT for MS is given only in Amsterdam UMC (VUmc) and St Antonius (Nieuwegein).
context-not-reimbursed = In the Netherlands aHSCT for MS is given and reimbursed only when the criteria are met.
context-secondary-progressive = aHSCT in SPMS: no improvement, at most stabilisation.
context-other-therapy = Not counted, because not on the list: { $drugs }.
context-age = Age: { $age } years.
context-onset = MS since { $when }.
context-edss = EDSS { $value } ({ $when }).
committee-approved = approved
committee-rejected = not approved
context-committee = Decision of the national committee: { $value } ({ $when }).
context-no-committee = No decision of the national committee on record.
context-profile = Most effect: young, active MS, short duration, little disability. Without inflammation, no response. These sources give no limits; Zorginstituut Nederland (2022) speaks of adults of 18–55 years.

suggest-second-opinion = Refer for a second opinion: aHSCT in MS
suggest-relapse-history = Neurology: record relapses with their dates
suggest-mri = MRI of the brain: new T2 or enhancing lesions?
