title = Precautions after aHSCT

summary = This patient had a stem cell transplantation for MS ({ $date }). Read what is in force; in doubt, call the haematologist.
summary-no-day = Stem cell transplantation for MS, date not recorded. Ask when, read what is in force; in doubt, call the haematologist.
summary-infusion-not-recorded = Stem cell transplantation ordered, reinfusion not recorded: ask; if given, what follows is in force.
summary-own-or-donor = Stem cells given, own or a donor's not recorded: record it. After own cells what follows is in force.
summary-in-words = Transplantation in words only: { $text }. Own stem cells? Ask; if so, what follows is in force.

criterion-reinfusion = Own stem cells given back
criterion-ms = For multiple sclerosis
criterion-in-force = Advice still in force
criterion-elsewhere = Not in the admission of the reinfusion
criterion-fever = Fever above { $fever-after-ahsct } °C: call the haematologist or neurologist
criterion-live-vaccines = No live attenuated vaccines
criterion-live-vaccines-recovery = No live attenuated vaccines without immune recovery
criterion-prophylaxis = Antibiotic and antiviral medication advised
criterion-vaccines = Inactivated vaccines advised
criterion-no-pregnancy = No pregnancy
criterion-no-fathering = Not fathering a child
criterion-no-child = No pregnancy, not fathering a child
criterion-irradiated = Irradiated blood products only

remark-no-day = date not recorded
remark-infusion-not-recorded = order completed, reinfusion not recorded
remark-from = from { $from }
remark-fever-months = for { $fever-months-after-ahsct ->
    [one] one month
   *[other] { $fever-months-after-ahsct } months
}
remark-prophylaxis-months = for { $prophylaxis-months-after-own-cells ->
    [one] one month
   *[other] { $prophylaxis-months-after-own-cells } months
}
remark-no-child-months = for { $no-conception-months-after-transplantation ->
    [one] one month
   *[other] { $no-conception-months-after-transplantation } months
} after the reinfusion
remark-irradiated-months = for { $irradiated-blood-months-after-own-cells ->
    [one] one month
   *[other] { $irradiated-blood-months-after-own-cells } months
}
remark-vaccines-months = from { $no-vaccine-months ->
    [one] one month
   *[other] { $no-vaccine-months } months
}

gap-own-or-donor = own cells or a donor's: not recorded
gap-therapy-date = date of the reinfusion not recorded: { $what }

context-contact = In an emergency, treat first, then call the haematologist or neurologist.
context-sport = Low platelets: no sports with a risk of injury.
