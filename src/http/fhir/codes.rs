//! The operations on codes.

use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::{acceptable, artifacts, base, is_lenient, made, pairs};
use crate::fhir::parameters::{self, Parameter};
use crate::fhir::terminology::{self, Arguments};
use crate::fhir::{Refusal, concept_map};
use crate::hooks::request::check_json;
use crate::http::error::ApiError;
use crate::http::shared::InForce;
use crate::http::{body, limits};
use cellwise_record::AsOf;

/// Which operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Expand,
    ValidateInValueSet,
    Lookup,
    ValidateInCodeSystem,
    Translate,
}

impl Operation {
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Expand => &terminology::EXPAND,
            Self::ValidateInValueSet => &terminology::VALIDATE_IN_VALUE_SET,
            Self::Lookup => &terminology::LOOKUP,
            Self::ValidateInCodeSystem => &terminology::VALIDATE_IN_CODE_SYSTEM,
            Self::Translate => &concept_map::TRANSLATE,
        }
    }
}

/// With parameters in the query.
pub(super) async fn by_query(
    request: HttpRequest,
    operation: web::Data<Operation>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    admitted(&request, &now, **operation).await?;
    let query = pairs(request.query_string());
    answered(&request, &now, **operation, parameters::of_query(&query), &query)
}

/// With a `Parameters` resource.
pub(super) async fn by_body(
    request: HttpRequest,
    payload: Payload,
    operation: web::Data<Operation>,
    shared: web::Data<crate::http::Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    admitted(&request, &now, **operation).await?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    let bytes = body::read(&request, payload, &now.settings).await?;
    let text = check_json(&bytes)?;
    let query = pairs(request.query_string());
    answered(&request, &now, **operation, parameters::of_resource(text, "Parameters")?, &query)
}

/// What answers by the hospital's own codes is for its clients.
async fn admitted(request: &HttpRequest, now: &InForce, operation: Operation) -> Result<(), ApiError> {
    if operation == Operation::Translate {
        let sender = now.gate.admit(request).await?;
        now.rates.count(sender)?;
    }
    Ok(())
}

fn answered(
    request: &HttpRequest,
    now: &InForce,
    operation: Operation,
    parameters: Vec<Parameter<'_>>,
    query: &[(String, String)],
) -> Result<HttpResponse, ApiError> {
    acceptable(request, query)?;
    let arguments = Arguments::of(parameters, operation.known(), is_lenient(request.headers()))?;
    let id = request.match_info().get("id");
    let (artifacts, knowledge) = (artifacts()?, now.engine.knowledge());
    let resource: Result<Value, Refusal> = match operation {
        Operation::Expand => terminology::expand(artifacts, id, &arguments, &AsOf::now().instant.to_string()),
        Operation::ValidateInValueSet => {
            terminology::validate_in_value_set(artifacts, &knowledge.terminology, id, &arguments)
        }
        Operation::Lookup => terminology::lookup(artifacts, &arguments),
        Operation::ValidateInCodeSystem => terminology::validate_in_code_system(artifacts, id, &arguments),
        Operation::Translate => concept_map::translate(artifacts, knowledge, &base(request, now), id, &arguments),
    };
    Ok(made(&resource?))
}
