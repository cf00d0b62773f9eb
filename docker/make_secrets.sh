#!/bin/sh
# Writes the secrets of docker/compose.yaml, one a file named as the variable that it sets; what is there already stays.
#   docker/make_secrets.sh [folder]     docker/secrets unless told
# Only the folder's owner may enter it; the files are readable, since each container has a user of its own and is shown only
# the files that compose.yaml names for it.
set -eu
CERTIFICATE_DAYS=3650
folder=${1:-"$(dirname "$0")/secrets"}
command -v openssl >/dev/null || {
    echo "openssl is needed, for the certificate of Postgres." >&2
    exit 1
}
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"
umask 0377

keep() { # keep NAME VALUE: the file appears whole, or stays as it is
    if [ ! -e "$1" ]; then
        printf '%s\n' "$2" >"$1.new"
        chmod 0444 "$1.new"
        mv "$1.new" "$1"
    fi
}

random() { # of 256 bits, in letters that no URL and no shell takes for anything else
    head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

key() { # 32 bytes in base64
    head -c 32 /dev/urandom | base64 | tr -d '\n'
}

# Postgres shows this certificate to its neighbours, who trust it alone. Remove both files before it ends, and run this again.
if [ ! -e postgres.crt ] || [ ! -e postgres.key ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days "$CERTIFICATE_DAYS" -subj /CN=postgres \
        -addext subjectAltName=DNS:postgres -keyout postgres.key.new -out postgres.crt.new 2>/dev/null
    chmod 0444 postgres.key.new postgres.crt.new
    mv postgres.key.new postgres.key
    mv postgres.crt.new postgres.crt
fi
safely="?sslmode=verify-full&sslrootcert=/run/secrets/postgres.crt"

keep POSTGRES_PASSWORD "$(random)"
keep CVPLUS_SUPERUSER_URL "postgresql://postgres:$(cat POSTGRES_PASSWORD)@postgres:5432/postgres$safely"
for role in owner loader transformer ml privacy engineer analyst bi app; do
    variable=CVPLUS_WAREHOUSE_URL_$(echo "$role" | tr '[:lower:]' '[:upper:]')
    keep "$variable" "postgresql://$role:$(random)@postgres:5432/warehouse$safely"
done
keep AIRFLOW__DATABASE__SQL_ALCHEMY_CONN "postgresql+psycopg2://airflow:$(random)@postgres:5432/airflow$safely"
keep CVPLUS_MLFLOW_URL "postgresql+psycopg2://mlflow:$(random)@postgres:5432/mlflow$safely"
keep AIRFLOW__CORE__FERNET_KEY "$(key | tr '+/' '-_')"
keep AIRFLOW__API__SECRET_KEY "$(random)"
keep AIRFLOW__API_AUTH__JWT_SECRET "$(random)"
keep CVPLUS_MASTER_KEY "$(key)"
keep CVPLUS_MODEL_KEY "$(random)"
keep AWS_ACCESS_KEY_ID "cvplus$(random | cut -c 1-14)"
keep AWS_SECRET_ACCESS_KEY "$(random)"
keep store_identities.json "$(
    printf '{"identities": [{"name": "cvplus", "credentials": [{"accessKey": "%s", "secretKey": "%s"}],' \
        "$(cat AWS_ACCESS_KEY_ID)" "$(cat AWS_SECRET_ACCESS_KEY)"
    printf ' "actions": ["Admin:cvplus", "Read:cvplus", "Write:cvplus", "List:cvplus", "Tagging:cvplus"]}]}'
)"
echo "The secrets are in $folder. Keep a copy of CVPLUS_MASTER_KEY, CVPLUS_MODEL_KEY and AIRFLOW__CORE__FERNET_KEY elsewhere."
