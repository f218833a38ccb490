"""Gets one token for each row of the SDK matrix with azure-identity and MSAL for Python.

Reads {tenantId, authority, scope, rows} as JSON from standard input; prints a JSON object per line: {row, token} or
{row, error}, and {row, device: {uri, code}} while a device code waits for its approval.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore", category=DeprecationWarning)

import azure.identity as identity  # noqa: E402
import msal  # noqa: E402

task = json.load(sys.stdin)
TENANT = task["tenantId"]
SCOPE = task["scope"]
AUTHORITY = f"{task['authority']}/{TENANT}"


def say(row, **what):
    print(json.dumps({"row": row["id"], **what}), flush=True)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def prompt(row):
    return lambda uri, code, _expires: say(row, device={"uri": uri, "code": code})


CREDENTIALS = {
    "WorkloadIdentityCredential": lambda row: identity.WorkloadIdentityCredential(
        tenant_id=TENANT, client_id=row["clientId"], token_file_path=row["tokenFile"]
    ),
    "ClientSecretCredential": lambda row: identity.ClientSecretCredential(TENANT, row["clientId"], row["secret"]),
    "ClientCertificateCredential": lambda row: identity.CertificateCredential(
        TENANT, row["clientId"], certificate_path=row["certificate"]
    ),
    "ClientAssertionCredential": lambda row: identity.ClientAssertionCredential(
        TENANT, row["clientId"], lambda: read(row["tokenFile"])
    ),
    "DefaultAzureCredential": lambda row: identity.DefaultAzureCredential(),
    "DeviceCodeCredential": lambda row: identity.DeviceCodeCredential(tenant_id=TENANT, prompt_callback=prompt(row)),
    "UsernamePasswordCredential": lambda row: identity.UsernamePasswordCredential(
        row["clientId"], row["username"], row["password"], tenant_id=TENANT
    ),
    "OnBehalfOfCredential": lambda row: identity.OnBehalfOfCredential(
        TENANT, row["clientId"], client_secret=row["secret"], user_assertion=row["userAssertion"]
    ),
}


def confidential(row, credential):
    return msal.ConfidentialClientApplication(row["clientId"], authority=AUTHORITY, client_credential=credential)


def for_client(row, credential):
    return confidential(row, credential).acquire_token_for_client([SCOPE])


def with_device_code(row):
    app = msal.PublicClientApplication(row["clientId"], authority=AUTHORITY)
    flow = app.initiate_device_flow([SCOPE])
    if "user_code" not in flow:
        return flow
    say(row, device={"uri": flow["verification_uri"], "code": flow["user_code"]})
    return app.acquire_token_by_device_flow(flow)


MSAL = {
    "client secret": lambda row: for_client(row, row["secret"]),
    "client certificate": lambda row: for_client(
        row, {"private_key": read(row["certificate"]), "public_certificate": read(row["publicCertificate"]), "thumbprint": row["thumbprint"]}
    ),
    "client assertion": lambda row: for_client(row, {"client_assertion": read(row["tokenFile"])}),
    "device code": with_device_code,
    "username and password": lambda row: msal.PublicClientApplication(
        row["clientId"], authority=AUTHORITY
    ).acquire_token_by_username_password(row["username"], row["password"], [SCOPE]),
    "on behalf of": lambda row: confidential(row, row["secret"]).acquire_token_on_behalf_of(row["userAssertion"], [SCOPE]),
}


def token(row):
    if row["library"] == "msal":
        answer = MSAL[row["credential"]](row)
        if "access_token" not in answer:
            raise RuntimeError(answer.get("error_description") or answer.get("error"))
        return answer["access_token"]
    return CREDENTIALS[row["credential"]](row).get_token(SCOPE).token


for each in task["rows"]:
    try:
        say(each, token=token(each))
    except Exception as failure:  # every failure is a result
        say(each, error=str(failure))
