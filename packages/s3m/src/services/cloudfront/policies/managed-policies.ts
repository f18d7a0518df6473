import { all, except, none, only, type Forwarding } from './forwarding.ts';

const nothing: Forwarding = { headers: none, cookies: none, query: none };

/** What AWS's own cache policies forward, by id (CloudFront Developer Guide, "Use managed cache policies"; S3W-056). */
export const managedCachePolicies: Readonly<Record<string, Forwarding>> = {
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': nothing,
  // CachingOptimizedForUncompressedObjects
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': nothing,
  // CachingDisabled
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': nothing,
  // Amplify
  '2e54312d-136d-493c-8eb9-b001f22f67d2': { headers: only('authorization', 'cloudfront-viewer-country', 'host'), cookies: all, query: all },
  // Elemental-MediaPackage
  '08627262-05a9-4f76-9ded-b50ca2e3a84f': {
    headers: only('origin'),
    cookies: none,
    query: only('aws.manifestfilter', 'start', 'end', 'm'),
  },
  // UseOriginCacheControlHeaders
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': {
    headers: only('host', 'origin', 'x-http-method', 'x-http-method-override', 'x-method-override'),
    cookies: all,
    query: none,
  },
  // UseOriginCacheControlHeaders-QueryStrings
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': {
    headers: only('host', 'origin', 'x-http-method', 'x-http-method-override', 'x-method-override'),
    cookies: all,
    query: all,
  },
};

/** As above, of origin request policies ("Use managed origin request policies"). */
export const managedOriginRequestPolicies: Readonly<Record<string, Forwarding>> = {
  // AllViewer
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { headers: all, cookies: all, query: all },
  // AllViewerAndCloudFrontHeaders-2022-06
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': { headers: all, cookies: all, query: all },
  // AllViewerExceptHostHeader
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': { headers: except('host'), cookies: all, query: all },
  // CORS-CustomOrigin
  '59781a5b-3903-41f3-afcb-af62929ccde1': { headers: only('origin'), cookies: none, query: none },
  // CORS-S3Origin
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    headers: only('origin', 'access-control-request-headers', 'access-control-request-method'),
    cookies: none,
    query: none,
  },
  // Elemental-MediaTailor-PersonalizedManifests
  '775133bc-15f2-49f9-abea-afb2e0bf67d2': {
    headers: only('origin', 'access-control-request-headers', 'access-control-request-method', 'user-agent', 'x-forwarded-for'),
    cookies: none,
    query: all,
  },
  // UserAgentRefererHeaders
  'acba4595-bd28-49b8-b9fe-13317c0390fa': { headers: only('user-agent', 'referer'), cookies: none, query: none },
};
