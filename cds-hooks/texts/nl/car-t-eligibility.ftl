title = car-t-eligibility
