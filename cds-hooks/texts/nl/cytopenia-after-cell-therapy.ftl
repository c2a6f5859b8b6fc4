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

advice-neutropenia-car-t = Ernstige neutropenie kan worden ondersteund met groeifactoren en met profylaxe tegen bacteriële, virale en schimmelinfecties.
advice-neutropenia-transplantation = Lage neutrofielen: controleer de infectieprofylaxe, en of G-CSF volgens lokaal protocol aangewezen is; de bron over transplantatie zegt dit niet.
advice-platelets-car-t = Weinig bloedplaatjes geven een verhoogde kans op bloedingen: adviseer de patiënt over letsel en bloedingen.
advice-platelets-transplantation = Zolang de trombocyten laag zijn, worden blessuregevoelige sporten ontraden; adviseer de patiënt over bloedingen.
advice-count-again = Handel naar wat bekend is en herhaal de bepaling: de vastgelegde waarde zegt niet hoe het nu is.
advice-count = In de eerste { $frequent-count-days } dagen worden neutrofielen en trombocyten ten minste elke { $recent-count-days } dagen verwacht (grens van deze dienst; de bronnen vragen meer).
advice-check-therapy = De therapie staat in het dossier met een status die niet zegt of zij is gegeven: corrigeer dit. Is zij gegeven, dan vragen lage neutrofielen om profylaxe tegen infecties en lage trombocyten om advies over letsel en bloedingen.

criterion-therapy = Celtherapie in de voorgeschiedenis
criterion-lately = Celtherapie ten hoogste { $count-months } maanden geleden
criterion-neutrophils = Nieuwste neutrofielen lager dan { $severe-neutropenia } ×10⁹/L
criterion-platelets = Nieuwste trombocyten lager dan { $low-platelets } ×10⁹/L
criterion-g-csf = G-CSF in gebruik
criterion-first-days = Binnen { $frequent-count-days } dagen na de infusie
criterion-not-counted = Neutrofielen of trombocyten niet bepaald in de laatste { $recent-count-days } dagen

remark-infusion-not-recorded = alleen de order staat als voltooid; de infusie zelf is niet vastgelegd

gap-not-counted = geen bepaling vastgelegd
gap-bound = de gerapporteerde grens geeft geen uitsluitsel: { $what }

context-infection = Weinig neutrofielen geven een verhoogde kans op infecties.
context-late = Neutrofielen kunnen enkele weken na CAR-T opnieuw dalen; dit wordt behandeld met G-CSF subcutaan.
context-b-cells = Het verlies van B-cellen komt boven op de neutropenie door de conditionering.
context-transfusion = Transfusie van bloedplaatjes of rode bloedcellen kan nodig zijn; de bronnen noemen geen grens.
context-daily = In de eerste dagen na de infusie, op de afdeling, worden de bloedwaarden dagelijks gecontroleerd.
context-regularly = In het jaar na CAR-T worden de bloedwaarden regelmatig gecontroleerd; de bron noemt geen interval.
context-dip = In de dip na transplantatie wordt op maandag, woensdag en vrijdag bloed afgenomen.
context-discharge = Ontslag wacht op voldoende leukocyten en granulocyten.

suggest-neutrophils = Vraag neutrofielen aan
suggest-platelets = Vraag trombocyten aan
