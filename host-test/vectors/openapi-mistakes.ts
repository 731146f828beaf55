// Examples of bodies that are not what their own schemas say, each read: where it stands (method, path, status or `body`, name among
// `examples`), what is wrong, and why the document is, not the verdict.

/** One mistake, and every place where a document makes it. */
export interface OwnMistake {
  document: string;
  /** Keyword that is not met and where. */
  fault: string;
  reason: string;
  places: string[];
}

const github = "real/github/api.github.com-subset.json";
const lookups = "real/twilio/twilio_lookups_v2.json";
const verify = "real/twilio/twilio_verify_v2.json";
const lookup = "get /v2/PhoneNumbers/{PhoneNumber} 200";

export const ownMistakes: OwnMistake[] = [
  {
    document: github,
    fault: 'type at "/files/hello.py"',
    reason:
      "null deletes a file, but `nullable` stands beside `properties` of the body instead of in the schema of a file",
    places: ["patch /gists/{gist_id} body deleteFile"],
  },
  {
    document: github,
    fault: 'type at "/files"',
    reason: "the files of a gist are null, and `files` of gist-simple is not `nullable`",
    places: ["patch /gists/{gist_id} 200 deleteFile"],
  },
  {
    document: github,
    fault: 'required at ""',
    reason:
      "a `$ref` stands inside of `value`, where it is a value like any other; it belongs in the place of the example",
    places: ["default", "pinned_comment"].map(
      (name) => `get /repos/{owner}/{repo}/issues/{issue_number} 200 ${name}`,
    ),
  },
  {
    document: github,
    fault: 'type at "/items/0"',
    reason: '"..." stands where an issue should',
    places: ["get /search/issues 200 lexical-fallback"],
  },
  {
    document: github,
    fault: 'pattern at "/key"',
    reason:
      "title and key are each in the other's place: the key does not begin with ssh-rsa, the title does",
    places: ["post /user/keys body default"],
  },
  {
    document: lookups,
    fault: 'type at "/validation_errors"',
    reason:
      "null, where the list is not `nullable` (of the members that are null, it is the first in the text)",
    places: ["fetch", "fetchCallForwarding", "fetchCallerName", "fetchLineStatusActive", "fetchLineStatusInactive", "fetchLineTypeIntelligence", "fetchSimSwap", "fetchSimSwapAndCallForwarding", "fetchSimSwapWithFalseSwapped", "fetchSimSwapWithoutLastSimSwapDate"].map((name) => `${lookup} ${name}`), // prettier-ignore
  },
  {
    document: lookups,
    fault: 'type at "/caller_name"',
    reason: "null, where the object is not `nullable`",
    places: ["fetchIdentityMatch", "fetchInvalid", "fetchPhoneNumberQualityScore", "fetchPreFill", "fetchReassignedNumberWithNoDataAvailable", "fetchReassignedNumberWithNumberNoReassigned", "fetchReassignedNumberWithNumberReassigned", "fetchSmsPumpingRisk", "fetchSmsPumpingRiskWithPartnerSubId"].map((name) => `${lookup} ${name}`), // prettier-ignore
  },
  {
    document: verify,
    fault: 'minLength at "/service_sid"',
    reason: "VA and 31 letters, where a sid is VA and 32",
    places: ["ApproveChallenge 200 approvedChallengeNonDiscoverableResponse", "ApproveChallenge 200 approvedChallengeResponse", "Challenges 201 createChallengeNonDiscoverableResponse", "Challenges 201 createChallengeResponse"].map((name) => `post /v2/Services/{ServiceSid}/Passkeys/${name}`), // prettier-ignore
  },
];
