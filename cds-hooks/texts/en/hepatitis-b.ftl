title = Hepatitis B

summary-infected = Hepatitis B, no entecavir or tenofovir found: start it before { $treatment }. Ask the hepatologist.
summary-exposed = Past hepatitis B, no entecavir or tenofovir found: start it before { $treatment }, it can come back.
summary-antiviral-unclear = Hepatitis B on record, { $treatment }: entecavir or tenofovir not recognised among the medicines. Check.
summary-result-unclear = Hepatitis B test can't be read: check the result before { $treatment }.
summary-not-tested = Hepatitis B not excluded: test HBsAg and anti-HBc before { $treatment }.
summary-no-surface-antigen = Hepatitis B: no HBsAg of the last { $hbsag-months } months found. Test it before { $treatment }.
summary-no-core-antibody = Hepatitis B: no anti-HBc found. Test it before { $treatment }.
summary-stopped = Hepatitis B: { $ended } stopped too early, needed until { $until }. Restart, or ask.
summary-no-antiviral = Hepatitis B after { $treatment }: no entecavir or tenofovir found, needed until { $until }. Start, or ask.
summary-no-antiviral-ongoing = Hepatitis B with { $treatment }: no entecavir or tenofovir found. Start it, or ask the hepatologist.
summary-date = Hepatitis B after { $treatment }, date not clear, no entecavir or tenofovir found. Check whether it is needed.

treatment-car-t = CAR-T
treatment-stem-cells = stem cell transplant
treatment-antibody = anti-CD20
treatment-named = treatment

advice-test = Hepatitis B can come back after this treatment. A positive HBsAg or anti-HBc needs entecavir or tenofovir first. Anti-HBs alone does not answer it.
advice-prophylaxis = Hepatitis B can come back, with liver failure. Entecavir or tenofovir from before the treatment until { $hepatitis-b-prophylaxis-months } months after it, { $hepatitis-b-prophylaxis-months-after-rituximab } after rituximab.
advice-choice = Which one depends on kidneys, HIV, earlier lamivudine and pregnancy.

context-passive = Anti-HBc can come from immunoglobulin or a transfusion: DNA of the virus helps.

criterion-ordered = CAR-T, transplantation or anti-CD20 ordered
criterion-given = After CAR-T, transplantation or anti-CD20, within the time
criterion-infected = Hepatitis B now
criterion-exposed = Past hepatitis B (anti-HBc)
criterion-no-antiviral = No entecavir or tenofovir in use
criterion-no-surface = No HBsAg of the last { $hbsag-months } months, none ordered
criterion-no-core = No anti-HBc, none ordered

remark-stopped = stopped on { $date }

gap-result-without-reading = result without interpretation: { $what }
gap-other-antiviral = perhaps not enough: { $what }
gap-therapy-date = date not recorded: { $what }

suggest-surface = Draft HBsAg
suggest-core = Draft anti-HBc
suggest-dna = Draft hepatitis B DNA
