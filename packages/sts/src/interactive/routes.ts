import type { Route } from '../endpoints/routes.ts';
import { AadstsError } from '../errors.ts';
import { accountEndpoint } from './account.ts';
import { adminConsentEndpoint } from './admin-consent.ts';
import { authorizeEndpoint } from './authorize.ts';
import { browserRoute } from './browser-route.ts';
import { changePasswordEndpoint } from './change-password.ts';
import { consentEndpoint } from './consent.ts';
import { deviceAuthEndpoint, deviceConfirmEndpoint } from './device-auth.ts';
import { deviceCodeEndpoint } from './device-code.ts';
import { loginEndpoint } from './login.ts';
import { logoutConfirmEndpoint, logoutEndpoint } from './logout.ts';
import { messagePage } from './pages/message-page.ts';
import { formPaths } from './wire.ts';

const browser = ['GET', 'POST'] as const;
const post = ['POST'] as const;

const decoded = (text: string | undefined): string => {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    throw new AadstsError(9002313);
  }
};

const exactly = (path: string): RegExp => new RegExp(`^${path}$`, 'i');

/** Sign-in with a browser, and the device code flow. */
export const interactiveRoutes: readonly Route[] = [
  {
    name: 'authorize',
    methods: browser,
    path: /^\/([^/]+)\/oauth2\/v2\.0\/authorize$/i,
    handle: browserRoute((visit, [tenant]) => authorizeEndpoint(visit, { tenantSegment: decoded(tenant), version: 2 })),
  },
  {
    name: 'authorize-v1',
    methods: browser,
    path: /^\/([^/]+)\/oauth2\/authorize$/i,
    handle: browserRoute((visit, [tenant]) => authorizeEndpoint(visit, { tenantSegment: decoded(tenant), version: 1 })),
  },
  { name: 'login', methods: post, path: exactly(formPaths.login), handle: browserRoute(loginEndpoint) },
  { name: 'account', methods: post, path: exactly(formPaths.account), handle: browserRoute(accountEndpoint) },
  { name: 'change-password', methods: post, path: exactly(formPaths.password), handle: browserRoute(changePasswordEndpoint) },
  { name: 'consent', methods: post, path: exactly(formPaths.consent), handle: browserRoute(consentEndpoint) },
  {
    name: 'admin-consent',
    methods: ['GET'],
    path: /^\/([^/]+)\/(?:v2\.0\/)?adminconsent$/i,
    handle: browserRoute((visit, [tenant]) => adminConsentEndpoint(visit, decoded(tenant))),
  },
  {
    name: 'devicecode',
    methods: post,
    path: /^\/([^/]+)\/oauth2\/v2\.0\/devicecode$/i,
    handle: (services, exchange, [tenant]) => deviceCodeEndpoint(services, exchange, { tenantSegment: decoded(tenant), version: 2 }),
  },
  {
    name: 'devicecode-v1',
    methods: post,
    path: /^\/([^/]+)\/oauth2\/devicecode$/i,
    handle: (services, exchange, [tenant]) => deviceCodeEndpoint(services, exchange, { tenantSegment: decoded(tenant), version: 1 }),
  },
  { name: 'device-confirm', methods: post, path: exactly(formPaths.deviceConfirm), handle: browserRoute(deviceConfirmEndpoint) },
  { name: 'device-auth', methods: browser, path: /^\/[^/]+\/oauth2\/deviceauth$/i, handle: browserRoute(deviceAuthEndpoint) },
  { name: 'logout-confirm', methods: post, path: exactly(formPaths.logout), handle: browserRoute(logoutConfirmEndpoint) },
  {
    name: 'logout',
    methods: browser,
    path: /^\/[^/]+\/oauth2\/(?:v2\.0\/)?logout$/i,
    handle: browserRoute(logoutEndpoint),
  },
  {
    // The redirect URI of native apps that watch the browser's address: there is nothing to see.
    name: 'native-client',
    methods: ['GET'],
    path: /^\/common\/oauth2\/nativeclient$/i,
    handle: browserRoute((visit) => messagePage(visit, { title: 'Signed in', text: 'You can close this window.' })),
  },
];
