title = Discharge after aHSCT

summary-home = Going home after aHSCT (reinfusion { $date }): go through the dates below and when to call.
summary-low = Neutrophils below { $neutrophils-recovered } ×10⁹/L after stem cells on { $date }: reconsider going home; go through the dates below.
summary-counts-open = Going home after aHSCT ({ $date }): recovery of the blood counts not known. Check it, then go through the dates.
summary-stay-unclear = aHSCT on { $date }: going home from that stay, or soon after? Check the counts, go through the dates below.
summary-own-or-donor = Stem cells given on { $date }, own or a donor's not recorded: record it. After own cells the dates below hold.
summary-reinfusion-not-recorded = aHSCT ordered ({ $date }), reinfusion not recorded. Given in this stay? Record it, go through the advice.
summary-in-words = Transplantation in words only: { $text }. Own stem cells in this stay? Code it, go through the advice.

advice-ready = Needed: enough leukocytes and granulocytes; eats, drinks and takes medicines unaided; no drip.
advice-call = Patient calls haematologist or neurologist: fever above { $fever-after-ahsct } °C, or ill for long.

criterion-reinfusion = Own stem cells given back
criterion-stay = Reinfusion in this stay, or shortly before it
criterion-neutrophils = Neutrophils ≥ { $neutrophils-recovered } ×10⁹/L
criterion-low = Neutrophils < { $neutrophils-recovered } ×10⁹/L
criterion-prophylaxis = Antibiotic and antiviral medication
criterion-vaccines = Inactivated vaccines
criterion-live-vaccines = No live vaccines
criterion-no-pregnancy = No pregnancy
criterion-no-fathering = Not fathering a child
criterion-no-child = No pregnancy, not fathering a child

remark-from = from { $from }
remark-until-own-or-donor = own cells: until { $own } inclusive; a donor's: { $donor }
remark-from-own-or-donor = own cells: from { $own }; a donor's: { $donor }
remark-prophylaxis-months = for { $prophylaxis-months-after-own-cells ->
    [one] one month
   *[other] { $prophylaxis-months-after-own-cells } months
} after the reinfusion
remark-no-child-months = for { $no-conception-months-after-transplantation ->
    [one] one month
   *[other] { $no-conception-months-after-transplantation } months
} after the reinfusion
remark-vaccines-months = from { $no-vaccine-months ->
    [one] one month
   *[other] { $no-vaccine-months } months
} after the reinfusion
remark-no-date = until immune recovery

gap-infusion = order completed, reinfusion not recorded
gap-own-or-donor = own cells or a donor's: not recorded
gap-no-count = no neutrophil count since the reinfusion
gap-count-too-old = too old to tell about today: { $what }
gap-count-bound = not settled by { $what }

context-contact-ms = In an emergency: the neurologist or MS nurse.
context-contact = In an emergency: the haematologist.
context-sport = Low platelets: no sports with a risk of injury.
