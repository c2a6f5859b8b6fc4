title = Infection prophylaxis

summary-both = After { $therapy } ({ $date }): no Pneumocystis or herpes prophylaxis. Prescribe both until { $until }.
summary-pregnant = After { $therapy }: prophylaxis not found, and a pregnancy on record. Choose the drugs with the treating centre.
summary-both-allergy = After { $therapy } ({ $date }): no Pneumocystis or herpes prophylaxis found; no co-trimoxazole (sulfonamide allergy). Prescribe.
summary-pneumocystis-allergy = After { $therapy } ({ $date }): no Pneumocystis prophylaxis found. Sulfonamide allergy: prescribe an alternative.
summary-both-stem-cells = After { $therapy } ({ $date }): no antibacterial or antiviral prophylaxis found. Needed until { $until }.
summary-pneumocystis = After { $therapy } ({ $date }): no Pneumocystis prophylaxis found. Needed until { $until }: prescribe it.
summary-antibacterial = After { $therapy } ({ $date }): no antibacterial prophylaxis found. Needed until { $until }: prescribe it.
summary-antiviral = After { $therapy } ({ $date }): no antiviral prophylaxis found. Needed until { $until }: prescribe it.
summary-neutropenic = After { $therapy } ({ $date }): no Pneumocystis prophylaxis, neutrophils low. Consider an alternative to co-trimoxazole.
summary-stop = Stopping { $drug }: needed after { $therapy } until { $until }. Continue or replace it.
summary-stop-unclear = Stopping { $drug }: may be needed for { $period } after { $therapy }. Check before signing.
summary-infusion = { $therapy } probably given (infusion not recorded), prophylaxis not found: check whether it is needed.
summary-drug = After { $therapy } ({ $date }): prophylaxis not recognised among the medicines. Check.
summary-cells = After { $therapy } ({ $date }), own or donor cells not recorded: check whether prophylaxis is still needed.
summary-date = Prophylaxis not found: date of { $therapy } not clear. Needed for { $period }: check the date.

therapy-car-t = CAR-T
therapy-stem-cells = stem cell transplant
months-after-car-t = { $prophylaxis-months-after-car-t } months
months-after-own-cells = { $prophylaxis-months-after-own-cells } { $prophylaxis-months-after-own-cells ->
    [one] month
   *[other] months
}
months-after-donor-cells = { $prophylaxis-months-after-donor-cells } months

advice-allergy = No co-trimoxazole: atovaquone or pentamidine instead. Dapsone with caution: not in G6PD deficiency or after a severe reaction.
advice-allergy-unknown = Sulfonamide allergy not known: ask before prescribing co-trimoxazole.
advice-pregnancy = Pregnancy on record or possible: choose the antibacterial with the centre.
advice-pregnancy-unknown = Pregnancy not known: ask before prescribing co-trimoxazole.
advice-neutropenic = Co-trimoxazole suppresses the marrow: start after marrow recovery, by protocol.
advice-cells = { $prophylaxis-months-after-own-cells } { $prophylaxis-months-after-own-cells ->
    [one] month
   *[other] months
} after own cells, at least { $prophylaxis-months-after-donor-cells } after a donor's.
advice-pneumocystis = Against Pneumocystis: co-trimoxazole (trimethoprim-sulfamethoxazole), or atovaquone, dapsone or pentamidine.
advice-herpes = Against viruses: valaciclovir or aciclovir.
advice-antibacterial = Against bacteria: for instance co-trimoxazole (trimethoprim-sulfamethoxazole).
advice-antiviral = Against viruses: for instance valaciclovir or aciclovir.

criterion-car-t = CAR-T in history
criterion-stem-cells = Stem cell transplantation in history
criterion-period = ≤ { $period } ago
criterion-no-pneumocystis = No Pneumocystis prophylaxis in use
criterion-started = Due from day { $co-trimoxazole-start-days } after CAR-T
criterion-no-antibacterial = No antibacterial prophylaxis in use
criterion-no-antiviral = No antiviral prophylaxis in use
criterion-stop-antibacterial = Co-trimoxazole or alternative stopped, not replaced
criterion-stop-antiviral = Antiviral stopped, not replaced
criterion-allergy = Allergy to sulfonamides or co-trimoxazole

remark-infusion-not-recorded = order completed, infusion not recorded

gap-therapy-date = date not recorded
gap-cells = own stem cells or those of a donor: not recorded
gap-perhaps-prophylaxis = in use, perhaps as prophylaxis: { $what }
gap-infusion = infusion not recorded

suggest-co-trimoxazole = Draft co-trimoxazole
suggest-atovaquone = Draft atovaquone
suggest-valaciclovir = Draft valaciclovir
drug-co-trimoxazole = Co-trimoxazole
drug-atovaquone = Atovaquone
drug-valaciclovir = Valaciclovir
note-dose = { $drug }: dose per local protocol.
