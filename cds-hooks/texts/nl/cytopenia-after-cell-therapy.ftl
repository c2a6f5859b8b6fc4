title = Cytopenie na celtherapie

summary-neutropenia-car-t = Neutrofielen { $value } ×10⁹/L na CAR-T: overweeg G-CSF en antimicrobiële profylaxe.
summary-neutropenia-transplantation = Neutrofielen { $value } ×10⁹/L na stamceltransplantatie: controleer infectieprofylaxe en G-CSF (protocol).
summary-neutropenia-on-g-csf = Neutrofielen { $value } ×10⁹/L na celtherapie, onder G-CSF: controleer antimicrobiële profylaxe.
summary-neutropenia-expected = Neutrofielen { $value } ×10⁹/L: verwacht in deze dagen na celtherapie; antibioticum in gebruik. Bij koorts direct handelen.
summary-both-car-t = Neutrofielen { $value }, trombocyten { $platelets } ×10⁹/L na CAR-T: overweeg G-CSF en infectieprofylaxe; bloedingsadvies.
summary-both-transplantation = Neutrofielen { $value }, trombocyten { $platelets } ×10⁹/L na stamceltransplantatie: controleer profylaxe (G-CSF: protocol).
summary-both-on-g-csf = Neutrofielen { $value }, trombocyten { $platelets } ×10⁹/L na celtherapie, onder G-CSF: controleer profylaxe; bloedingsadvies.
summary-platelets-car-t = Trombocyten { $value } ×10⁹/L na CAR-T: verhoogd bloedingsrisico. Adviseer over letsel en bloedingen.
summary-platelets-transplantation = Trombocyten { $value } ×10⁹/L na stamceltransplantatie: ontraad blessuregevoelige sporten.
summary-neutrophils-long-ago = Neutrofielen laag ({ $value } ×10⁹/L, { $date }) na celtherapie, daarna niet bepaald: bepaal opnieuw.
summary-platelets-long-ago = Trombocyten laag ({ $value } ×10⁹/L, { $date }) na celtherapie, daarna niet bepaald: bepaal opnieuw.
summary-unclear = Bloedbeeld na { $therapy } niet te beoordelen (eenheid, waarde of datum): controleer, of herhaal.
summary-not-counted = Laatste { $recent-count-days } dagen geen volledig bloedbeeld, kort na { $therapy }: bepaal neutrofielen en trombocyten.
summary-unclear-window = Laatste { $recent-count-days } dagen geen volledig bloedbeeld; datum van { $therapy } niet exact: controleer beide.
summary-neutrophils-therapy-unclear = Neutrofielen { $value } ×10⁹/L; { $therapy } vastgelegd, status onduidelijk. Gegeven? Controleer dit en het beleid.
summary-platelets-therapy-unclear = Trombocyten { $value } ×10⁹/L; { $therapy } vastgelegd, status onduidelijk. Gegeven? Controleer; adviseer over bloedingen.

therapy-car-t = CAR-T
therapy-transplantation = stamceltransplantatie

advice-neutropenia-car-t = Profylaxe: tegen bacteriën, virussen en schimmels.
advice-platelets-car-t = Weinig trombocyten: adviseer de patiënt over letsel en bloedingen.
advice-platelets-transplantation = Weinig trombocyten: geen blessuregevoelige sporten; adviseer over bloedingen.
advice-count-again = Handel naar wat bekend is; de waarde zegt niet hoe het nu is.
advice-check-therapy = Corrigeer de status van de therapie. Is zij gegeven: profylaxe, bloedingsadvies.

criterion-therapy = Celtherapie in de voorgeschiedenis
criterion-lately = Celtherapie ≤ { $count-months } maanden geleden
criterion-neutrophils = Nieuwste neutrofielen < { $severe-neutropenia } ×10⁹/L
criterion-platelets = Nieuwste trombocyten < { $low-platelets } ×10⁹/L
criterion-g-csf = G-CSF in gebruik
criterion-first-days = ≤ { $frequent-count-days } dagen na de infusie
criterion-not-counted = Neutrofielen of trombocyten laatste { $recent-count-days } dagen niet bepaald

remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd

gap-not-counted = geen bepaling vastgelegd
gap-bound = geen uitsluitsel door { $what }

context-transfusion = Transfusie kan nodig zijn; de bronnen noemen geen grens.

suggest-neutrophils = Neutrofielen
suggest-platelets = Trombocyten
