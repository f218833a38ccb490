import { defineErrors, type ErrorRow } from '@podpass/arm';

export const resourcesErrors = {
  InvalidResourceGroup: {
    status: 400,
    message:
      "The provided resource group name '{group}' has these invalid characters or ends with a dot. The name can only be a letter, digit, '-', '.', '(', ')' or '_', must not end with '.' and must not be longer than 90 characters.",
  },
  InvalidResourceGroupLocation: {
    status: 409,
    message: "Invalid resource group location '{wanted}'. The Resource group already exists in location '{present}'.",
  },
  FeatureNotFound: { status: 404, message: "The feature '{feature}' could not be found." },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export const fail = defineErrors(resourcesErrors);
