title = Stamceloogst

summary-low = Te weinig stamcellen geoogst ({ $value } ×10⁶ CD34+/kg): zet G-CSF voort en herhaal de leukaferese.
summary-below-target = Stamceloogst onder streefgetal ({ $value } ×10⁶ CD34+/kg): beslis of opnieuw oogsten nodig is.
summary-unclear = Stamceloogst mogelijk te klein ({ $value } ×10⁶ CD34+/kg): controleer de uitslag.
summary-result-awaited = Uitslag van de laatste leukaferese ontbreekt; tot nu toe { $value } ×10⁶ CD34+/kg. Controleer de uitslag.
summary-enough = { $value } ×10⁶ CD34+/kg geoogst, groeifactor loopt door: die kan stoppen als de oogst voldoende wordt gevonden.
summary-other-unit = CD34-uitslag van de oogst geeft geen aantal per kg: controleer of het transplantaat groot genoeg is.
summary-conditioning-no-harvest = Conditionering aangevraagd, geen stamceloogst in het dossier: controleer vóór ondertekenen of er een transplantaat is.
summary-conditioning-low = Conditionering bij te klein transplantaat ({ $value } ×10⁶ CD34+/kg): oogst eerst meer cellen.
summary-conditioning-below-target = Conditionering, transplantaat onder streefgetal ({ $value } ×10⁶ CD34+/kg): controleer dit.
summary-conditioning-unknown = Conditionering aangevraagd: onbekend of het transplantaat groot genoeg is. Controleer vóór ondertekenen.

advice-graft = Een transplantaat telt minstens { $least-cells-per-kg } ×10⁶ CD34+/kg; streefgetal { $target-cells-per-kg } of meer.
advice-conditioning = Geen conditionering voordat er genoeg cellen in voorraad zijn.
advice-stop = Controleer twee weken na het stoppen.
advice-enough = Genoeg: G-CSF kan stoppen, controle na twee weken. Niet genoeg: ga door en herhaal de leukaferese.

criterion-plan = Autologe transplantatie gepland
criterion-conditioning = Conditionering aangevraagd
criterion-recent-harvest = Leukaferese, laatste { $recent-harvest-days } dagen
criterion-no-other-therapy = Geen CAR-T of transplantatie van een donor gepland
criterion-harvested = Stamcellen geoogst
criterion-graft = < { $target-cells-per-kg } ×10⁶ CD34+-cellen/kg
criterion-enough = ≥ { $target-cells-per-kg } ×10⁶ CD34+-cellen/kg
criterion-mobiliser = Groeifactor of plerixafor in gebruik of besteld
criterion-kept = Cellen niet teruggegeven

remark-cells = samen { $value } ×10⁶ CD34+-cellen/kg

gap-no-result = geen CD34+-uitslag per kg na de oogst in { $source }
gap-result-awaited = geen uitslag van de laatste leukaferese in { $source }
gap-running-total = stijgende waarden: opbrengst per dag of totaal tot dan toe?
gap-earlier-collection = meer dan één oogst: zijn de eerdere cellen nog in voorraad?
