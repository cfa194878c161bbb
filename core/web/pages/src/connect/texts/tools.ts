// What is said of the tools that ship with Weir: where credentials are found, and the connectors' English texts in other languages. A tool
// that is not here is shown with its connector's own texts.

export interface ToolTexts {
  /** One set of credentials, or several to choose from. What stands in none of them is under "more settings". */
  ways?: { name: string; settings: string[]; guide: Guide }[];
  settings?: Record<string, { label?: string; help?: string }>;
  /** By the connector's title of the step. */
  steps?: Record<string, { title: string; text: string; copy?: string }>;
}
export type Guide = (string | { text: string; codes: (reads: ReadonlySet<string>) => string[] })[];

/** Settings that are about whoever runs Weir: no customer knows them. */
export const operators: Record<string, string[]> = { personio: ["partner_id", "app_id"] };
/** What people type for an address: Okta's admin console has one of its own, which is not the API's. */
export const address = (tool: string, typed: string): string => {
  const text = typed.trim().replace(/\/+$/, "");
  const whole = text === "" || /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (tool !== "okta" || whole === "") {
    return whole;
  }
  try {
    return new URL(whole).origin.replace(/-admin\.(okta|oktapreview|okta-emea)\.com$/, ".$1.com");
  } catch {
    return whole;
  }
};
/** What a tool calls a right, as it stands in its messages. */
export const rights = /\b(?:personio:[a-z]+:[a-z]+|okta\.(?!eventhooks\b)[A-Za-z]+\.[a-z]+)\b/g;

const personioRights = (reads: ReadonlySet<string>): string[] => [
  "personio:persons:read",
  ...(reads.has("hris_absences") || reads.has("hris_absence_types") ? ["personio:absences:read"] : []),
  ...(reads.has("hris_create_absence") || reads.has("hris_delete_absence") ? ["personio:absences:write"] : []),
  "personio:webhooks:read", "personio:webhooks:write",
];
const oktaRights = (): string[] => ["okta.eventHooks.manage", "okta.users.read", "okta.groups.read", "okta.logs.read"];
const recruiteeCredentials = ["company_id", "api_token"];
const oktaApp = ["base_url", "client_id", "key_id", "private_key"];

export const toolsEn: Record<string, ToolTexts> = {
  personio: {
    ways: [{
      name: "API credentials", settings: ["client_id", "client_secret"],
      guide: [
        "In Personio, as an administrator, open Settings › Integrations › API credentials.",
        "Choose “Generate new credential”, and give it a name that you will recognize.",
        { text: "Grant these rights:", codes: personioRights },
        "Under readable attributes, tick what may be read. What is not ticked stays empty.",
        "Copy client ID and client secret into the fields below. The secret is shown only once.",
      ],
    }],
    settings: {
      client_id: { help: "Shown with the API credentials." },
      client_secret: { help: "Shown once, when the credentials are made. If it is lost, make new ones." },
    },
  },
  okta: {
    ways: [
      {
        name: "Service app (recommended)", settings: oktaApp,
        guide: [
          "In Okta’s admin console, open Applications › Create App Integration, and choose “API Services”.",
          "Under General › Client Credentials choose “Public key / Private key”, and add a key. Save the private key in PEM format, and note its key ID (KID).",
          { text: "Under “Okta API Scopes”, grant:", codes: oktaRights },
          "Under “Admin roles”, assign Super Administrator; or a custom role that manages event hooks, together with Read-only Administrator.",
          "Copy client ID, key ID and private key into the fields below.",
        ],
      },
      {
        name: "API token of an administrator", settings: ["base_url", "api_token"],
        guide: [
          "Sign in to Okta’s admin console as a Super Administrator: the token has the rights of whoever makes it.",
          "Open Security › API › Tokens › Create token, and give it a name that you will recognize.",
          "Copy the token into the field below. It is shown only once.",
        ],
      },
    ],
    settings: {
      base_url: { help: "Where your people sign in to Okta, such as https://acme.okta.com" },
      api_token: { help: "As Okta shows it, once, when it is made." },
      client_id: { help: "Shown with the app, under General." },
      key_id: { help: "KID of the app’s public key" },
      private_key: { help: "In PEM format, with its lines BEGIN and END; RSA or EC P-256" },
    },
  },
  recruitee: {
    ways: [{
      name: "Personal API token", settings: recruiteeCredentials,
      guide: [
        "Sign in to Recruitee as an admin who sees all jobs and candidates: the token has the rights of whoever makes it.",
        "Open Settings › Apps and plugins › Personal API tokens, and choose “+ New token”.",
        "Give it a name, and confirm with your password.",
        "Copy the token and the company ID, which is shown on the same page, into the fields below.",
      ],
    }],
    settings: {
      company_id: { help: "A number, shown with the personal API tokens." },
      api_token: { help: "Of an admin who sees all jobs and candidates. It ends when that admin leaves." },
    },
    steps: {
      "Make a webhook": {
        title: "Make a webhook",
        text: "In Recruitee, open Settings › Apps and plugins › Webhooks › New webhook; your role there needs the ability “Manage webhooks”. Give it any name, and this address:",
      },
      "Tick the events": { title: "Tick the events", text: "All events of candidates and of offers. This can be changed later." },
      "Verify and create": { title: "Choose “Verify and create”", text: "Recruitee then sends a test. It shows up on this page by itself." },
      "Paste the secret": {
        title: "Paste the secret",
        text: "Open the webhook in Recruitee, choose “Show secret”, and paste it here. What Recruitee sent until then it sends again for 48 hours; under Logs it can also be repeated by hand.",
      },
    },
  },
};

export const toolsDe: Record<string, ToolTexts> = {
  personio: {
    ways: [{
      name: "API-Zugangsdaten", settings: ["client_id", "client_secret"],
      guide: [
        "Öffnen Sie in Personio, als Administrator, Einstellungen › Integrationen › API-Zugriffsdaten.",
        "Wählen Sie „Neue Zugriffsdaten generieren“, und geben Sie einen Namen ein, den Sie wiedererkennen.",
        { text: "Erteilen Sie diese Rechte:", codes: personioRights },
        "Kreuzen Sie unter den lesbaren Attributen an, was gelesen werden darf. Was nicht angekreuzt ist, bleibt leer.",
        "Kopieren Sie Client-ID und Client-Secret in die Felder unten. Das Secret wird nur einmal angezeigt.",
      ],
    }],
    settings: {
      client_id: { label: "Client-ID", help: "Steht bei den API-Zugriffsdaten." },
      client_secret: { label: "Client-Secret", help: "Wird beim Erstellen der Zugriffsdaten einmal angezeigt. Ist es verloren, erstellen Sie neue." },
      employee_number_attribute: { label: "Attribut mit der Personalnummer", help: "global_id oder ID eines eigenen Attributs (dynamic_305)" },
      personal_email_attribute: { label: "Attribut mit der privaten E-Mail-Adresse", help: "global_id oder ID eines eigenen Attributs" },
      mobile_phone_attribute: { label: "Attribut mit der Mobilnummer", help: "global_id oder ID eines eigenen Attributs" },
      date_of_birth_attribute: { label: "Attribut mit dem Geburtsdatum", help: "global_id oder ID eines eigenen Attributs" },
      nationality_attribute: { label: "Attribut mit der Staatsangehörigkeit", help: "global_id oder ID eines eigenen Attributs" },
    },
  },
  okta: {
    ways: [
      {
        name: "Service-App (empfohlen)", settings: oktaApp,
        guide: [
          "Öffnen Sie in Oktas Admin-Konsole Applications › Create App Integration, und wählen Sie „API Services“.",
          "Wählen Sie unter General › Client Credentials „Public key / Private key“, und legen Sie einen Schlüssel an. Speichern Sie den privaten Schlüssel im PEM-Format, und merken Sie sich seine Schlüssel-ID (KID).",
          { text: "Erteilen Sie unter „Okta API Scopes“:", codes: oktaRights },
          "Weisen Sie unter „Admin roles“ Super Administrator zu; oder eine eigene Rolle, die Event Hooks verwaltet, zusammen mit Read-only Administrator.",
          "Kopieren Sie Client-ID, Schlüssel-ID und privaten Schlüssel in die Felder unten.",
        ],
      },
      {
        name: "API-Token eines Administrators", settings: ["base_url", "api_token"],
        guide: [
          "Melden Sie sich in Oktas Admin-Konsole als Super Administrator an: Das Token hat die Rechte dessen, der es erstellt.",
          "Öffnen Sie Security › API › Tokens › Create token, und geben Sie einen Namen ein, den Sie wiedererkennen.",
          "Kopieren Sie das Token in das Feld unten. Es wird nur einmal angezeigt.",
        ],
      },
    ],
    settings: {
      base_url: { help: "Wo Ihre Leute sich bei Okta anmelden, zum Beispiel https://acme.okta.com" },
      api_token: { label: "API-Token", help: "Wie Okta es beim Erstellen einmal anzeigt." },
      client_id: { label: "Client-ID", help: "Steht bei der App unter General." },
      key_id: { label: "Schlüssel-ID", help: "KID des öffentlichen Schlüssels der App" },
      private_key: { label: "Privater Schlüssel", help: "Im PEM-Format, mit den Zeilen BEGIN und END; RSA oder EC P-256" },
      team_groups: { label: "Gruppen, die Teams sind", help: "Namen, durch Kommas getrennt, am Ende auch mit *; leer: alle Gruppen" },
      app_groups: { label: "Auch Gruppen aus Apps und Verzeichnissen sind Teams", help: "true oder false" },
      employee_group: { label: "Gruppe der Mitarbeitenden", help: "ID einer Gruppe; leer: alle" },
      employee_user_types: { label: "Benutzertypen, die Mitarbeitende sind", help: "Werte von userType, durch Kommas getrennt" },
      employee_type_id: { label: "ID des Benutzertyps der Mitarbeitenden", help: "type.id eines Benutzers (oty...)" },
      employee_number_required: { label: "Nur Benutzer mit Personalnummer", help: "true oder false" },
      employment_types: { label: "Beschäftigungsart je userType", help: "Employee=FULL_TIME, Contractor=CONTRACT" },
      start_date_attribute: { label: "Attribut mit dem ersten Arbeitstag", help: "Ein eigenes Attribut (startDate)" },
      end_date_attribute: { label: "Attribut mit dem letzten Arbeitstag", help: "Ein eigenes Attribut (endDate)" },
      manager_relation: { label: "Linked Object der Führungskraft", help: "Sein Name, wenn die Hierarchie so gepflegt wird (manager)" },
      second_email: { label: "Die zweite E-Mail-Adresse ist die private", help: "true oder false" },
      provisioned_status: { label: "Status von Benutzern, die sich noch nicht angemeldet haben", help: "PENDING oder ACTIVE" },
      suspended_status: { label: "Status von gesperrten Benutzern", help: "LEAVE oder INACTIVE" },
    },
  },
  recruitee: {
    ways: [{
      name: "Persönliches API-Token", settings: recruiteeCredentials,
      guide: [
        "Melden Sie sich in Recruitee als Admin an, der alle Stellen und Bewerbenden sieht: Das Token hat die Rechte dessen, der es erstellt.",
        "Öffnen Sie Settings › Apps and plugins › Personal API tokens, und wählen Sie „+ New token“.",
        "Geben Sie einen Namen ein, und bestätigen Sie mit Ihrem Passwort.",
        "Kopieren Sie das Token und die Unternehmens-ID (Company ID), die auf derselben Seite steht, in die Felder unten.",
      ],
    }],
    settings: {
      company_id: { label: "Unternehmens-ID", help: "Eine Zahl; sie steht bei den persönlichen API-Tokens." },
      api_token: { label: "Persönliches API-Token", help: "Eines Admins, der alle Stellen und Bewerbenden sieht. Es endet, wenn dieser Admin geht." },
      webhook_secret: { label: "Geheimnis des Webhooks", help: "Öffnen Sie den Webhook, und wählen Sie „Show secret“." },
    },
    steps: {
      "Make a webhook": {
        title: "Einen Webhook anlegen",
        text: "Öffnen Sie in Recruitee Settings › Apps and plugins › Webhooks › New webhook; dafür brauchen Sie die Fähigkeit „Manage webhooks“. Der Name ist beliebig, die Adresse ist diese:",
        copy: "POST URL",
      },
      "Tick the events": { title: "Ereignisse ankreuzen", text: "Alle Ereignisse von Bewerbenden (candidates) und von Stellen (offers). Das lässt sich später ändern." },
      "Verify and create": { title: "„Verify and create“ wählen", text: "Recruitee schickt dann eine Probe. Sie kommt auf dieser Seite von selbst an." },
      "Paste the secret": {
        title: "Das Geheimnis einfügen",
        text: "Öffnen Sie den Webhook in Recruitee, wählen Sie „Show secret“, und fügen Sie das Geheimnis hier ein. Was Recruitee bis dahin geschickt hat, schickt es 48 Stunden lang wieder; unter Logs lässt es sich auch von Hand wiederholen.",
      },
    },
  },
};
