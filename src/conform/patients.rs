//! About whom services are asked: the invented patients, whose records end today, with an order each.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::discovery::Service;
use crate::embedded::ORDERS;
use crate::fixtures::patients::{CARRIED_AS_OF, Patients};
use crate::fixtures::request::{Call, current_encounter, reference_of, requests, resources, type_of};
use cellwise_clinic::Hook;
use cellwise_record::AsOf;

/// The patients, the drafts, and the requests of one's own.
pub(super) struct Cast {
    patients: Patients,
    orders: Vec<Value>,
    appointments: Vec<Value>,
    own: Vec<Value>,
}

impl Cast {
    pub(super) fn new(own: &[Value]) -> Result<Self, String> {
        let patients = Patients::carried().map_err(|errors| {
            errors.first().map_or_else(|| "the patients can't be read".to_owned(), ToString::to_string)
        })?;
        let days = AsOf::parse(CARRIED_AS_OF)
            .and_then(|from| from.date.until(AsOf::now().date).ok())
            .map_or(0, |span| span.get_days());
        let mut files: Vec<_> = ORDERS.files().collect();
        files.sort_by_key(|file| file.path());
        let drafts = files.into_iter().filter_map(|file| serde_json::from_slice::<Value>(file.contents()).ok());
        let is_appointment = |order: &Value| resources(order).any(|draft| type_of(draft) == Some("Appointment"));
        let (appointments, orders): (Vec<Value>, Vec<Value>) = drafts.partition(is_appointment);
        // Drugs and other orders in turn: some services know one kind only.
        let is_drug = |order: &Value| resources(order).any(|draft| type_of(draft) == Some("MedicationRequest"));
        let (drugs, others): (Vec<Value>, Vec<Value>) = orders.into_iter().partition(is_drug);
        let orders = drugs.into_iter().zip(others).flat_map(|(drug, other)| [drug, other]).collect();
        Ok(Self { patients: patients.moved(days), orders, appointments, own: own.to_vec() })
    }

    /// Requests for a service, each with a name to find it by. A client sends no key that it can't fill.
    pub(super) fn requests<'c>(&'c self, service: &'c Service) -> impl Iterator<Item = (String, Value)> + 'c {
        let own = self
            .own
            .iter()
            .enumerate()
            .filter(|(_, own)| own.get("hook").and_then(Value::as_str) == Some(&service.hook));
        let own = own.map(|(place, own)| (format!("request {}", place + 1), with_new_instance(own)));
        let hook = Hook::from_name(&service.hook);
        let drafts = if hook == Some(Hook::AppointmentBook) { &self.appointments } else { &self.orders };
        // What is sent on is a request that has an id.
        let fits = move |order: &&Value| {
            hook != Some(Hook::OrderDispatch) || requests(order).any(|request| reference_of(request).is_some())
        };
        let about = self.patients.ids().zip(drafts.iter().filter(fits).cycle());
        own.chain(about.filter_map(|(id, order)| Some((id.to_owned(), self.request(service, id, order)?))))
    }

    fn request(&self, service: &Service, id: &str, order: &Value) -> Option<Value> {
        let record = self.patients.record(id)?;
        let call = Call {
            hook: service.hook.clone(),
            hook_instance: Uuid::new_v4(),
            as_of: None,
            patient: record.clone(),
            orders: Some(order.clone()),
            encounter: current_encounter(record),
            selections: None,
            withhold: Vec::new(),
            literals: BTreeMap::new(),
            fhir: None,
        };
        let mut request = call.request(&service.prefetch);
        // Nothing empty is sent: a service that asks for nothing gets no prefetch.
        if let (true, Some(members)) = (service.prefetch.is_empty(), request.as_object_mut()) {
            members.remove("prefetch");
        }
        Some(request)
    }
}

/// The same request as another call.
pub(super) fn with_new_instance(request: &Value) -> Value {
    changed(request, |members| {
        members.insert("hookInstance".to_owned(), json!(Uuid::new_v4()));
    })
}

/// A request with something else in it.
pub(super) fn changed(request: &Value, change: impl FnOnce(&mut Map<String, Value>)) -> Value {
    let mut changed = request.clone();
    if let Some(members) = changed.as_object_mut() {
        members.insert("hookInstance".to_owned(), json!(Uuid::new_v4()));
        change(members);
    }
    changed
}
