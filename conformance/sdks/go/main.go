// Gets one token for each row of the SDK matrix with azidentity.
//
// Reads {tenantId, scope, rows} as JSON from standard input; prints a JSON object per line: {row, token} or {row, error},
// and {row, device: {uri, code}} while a device code waits for its approval.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

type row struct {
	ID            string `json:"id"`
	Credential    string `json:"credential"`
	ClientID      string `json:"clientId"`
	Secret        string `json:"secret"`
	Certificate   string `json:"certificate"`
	TokenFile     string `json:"tokenFile"`
	Username      string `json:"username"`
	Password      string `json:"password"`
	UserAssertion string `json:"userAssertion"`
}

type task struct {
	TenantID string `json:"tenantId"`
	Scope    string `json:"scope"`
	Rows     []row  `json:"rows"`
}

var out = json.NewEncoder(os.Stdout)

func readFile(name string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		text, err := os.ReadFile(name)
		return string(text), err
	}
}

func certificate(tenant string, r row) (azcore.TokenCredential, error) {
	pem, err := os.ReadFile(r.Certificate)
	if err != nil {
		return nil, err
	}
	certificates, key, err := azidentity.ParseCertificates(pem, nil)
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientCertificateCredential(tenant, r.ClientID, certificates, key, nil)
}

func credential(tenant string, r row) (azcore.TokenCredential, error) {
	switch r.Credential {
	case "WorkloadIdentityCredential":
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			TenantID: tenant, ClientID: r.ClientID, TokenFilePath: r.TokenFile,
		})
	case "ClientSecretCredential":
		return azidentity.NewClientSecretCredential(tenant, r.ClientID, r.Secret, nil)
	case "ClientCertificateCredential":
		return certificate(tenant, r)
	case "ClientAssertionCredential":
		return azidentity.NewClientAssertionCredential(tenant, r.ClientID, readFile(r.TokenFile), nil)
	case "DefaultAzureCredential":
		return azidentity.NewDefaultAzureCredential(nil)
	case "DeviceCodeCredential":
		return azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
			TenantID: tenant,
			UserPrompt: func(_ context.Context, message azidentity.DeviceCodeMessage) error {
				return out.Encode(map[string]any{
					"row": r.ID, "device": map[string]string{"uri": message.VerificationURL, "code": message.UserCode},
				})
			},
		})
	case "UsernamePasswordCredential":
		//nolint:staticcheck // deprecated, and still in the SDK
		return azidentity.NewUsernamePasswordCredential(tenant, r.ClientID, r.Username, r.Password, nil)
	case "OnBehalfOfCredential":
		return azidentity.NewOnBehalfOfCredentialWithSecret(tenant, r.ClientID, r.UserAssertion, r.Secret, nil)
	}
	return nil, fmt.Errorf("unknown credential %q", r.Credential)
}

func token(t task, r row) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	found, err := credential(t.TenantID, r)
	if err != nil {
		return "", err
	}
	got, err := found.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{t.Scope}})
	return got.Token, err
}

func main() {
	var t task
	if err := json.NewDecoder(os.Stdin).Decode(&t); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, r := range t.Rows {
		answer := map[string]any{"row": r.ID}
		if got, err := token(t, r); err != nil {
			answer["error"] = err.Error()
		} else {
			answer["token"] = got
		}
		if err := out.Encode(answer); err != nil {
			os.Exit(1)
		}
	}
}
