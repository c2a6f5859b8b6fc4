title = Stem-cell harvest

summary-low = Too few stem cells harvested ({ $value } ×10⁶ CD34+/kg): continue G-CSF and repeat the leukapheresis.
summary-below-target = Stem cells below the harvest target ({ $value } ×10⁶ CD34+/kg): decide whether to collect again.
summary-unclear = Stem-cell harvest may be too small ({ $value } ×10⁶ CD34+/kg): check the result.
summary-result-awaited = Result of the last leukapheresis not on record; so far { $value } ×10⁶ CD34+/kg. Check the result.
summary-enough = { $value } ×10⁶ CD34+/kg harvested, growth factor goes on: it can stop if the harvest is judged to be enough.
summary-other-unit = CD34 result of the harvest gives no number per kg: check whether the graft is large enough.
summary-conditioning-no-harvest = Conditioning ordered, no stem-cell harvest on record: check that a graft is available before signing.
summary-conditioning-low = Conditioning ordered with too small a graft ({ $value } ×10⁶ CD34+/kg): collect more cells first.
summary-conditioning-below-target = Conditioning ordered, graft below target ({ $value } ×10⁶ CD34+/kg): check before signing.
summary-conditioning-unknown = Conditioning ordered: it can't be told whether the graft is large enough. Check before signing.

advice-graft = A graft has at least { $least-cells-per-kg } ×10⁶ CD34+/kg; target { $target-cells-per-kg } or more.
advice-conditioning = No conditioning before a sufficient graft is in store.
advice-stop = Check two weeks after stopping.
advice-enough = If enough: G-CSF can stop; check after two weeks. If not: continue and repeat the leukapheresis.

criterion-plan = Autologous transplantation planned
criterion-conditioning = Conditioning ordered
criterion-recent-harvest = Leukapheresis, last { $recent-harvest-days } days
criterion-no-other-therapy = Neither CAR-T nor a transplantation from a donor planned
criterion-harvested = Stem cells harvested
criterion-graft = < { $target-cells-per-kg } ×10⁶ CD34+ cells/kg
criterion-enough = ≥ { $target-cells-per-kg } ×10⁶ CD34+ cells/kg
criterion-mobiliser = Growth factor or plerixafor in use or ordered
criterion-kept = Cells not given back

remark-cells = together { $value } ×10⁶ CD34+ cells/kg

gap-no-result = no CD34+ result per kg after the harvest in { $source }
gap-result-awaited = no result of the last leukapheresis in { $source }
gap-running-total = rising values: yields of a day, or a running total?
gap-earlier-collection = more than one collection: are the earlier cells still in store?
