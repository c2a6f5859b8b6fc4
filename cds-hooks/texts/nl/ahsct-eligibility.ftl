title = ahsct-eligibility
