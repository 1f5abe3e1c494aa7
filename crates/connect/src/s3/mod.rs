//! A bucket of Amazon S3, or of a service with the same interface, that copies of messages are put in.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/>

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{BehaviorVersion, Config, Region, RequestChecksumCalculation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use mail::port::{CopyPage, CopyPlace, CopyTarget};

use crate::aws;

const SCHEME: &str = "s3://";
/// What AWS's own tools take where nothing names a region.
const USUAL_REGION: &str = "us-east-1";
const TRIES: u32 = 4;

/// A folder in a bucket.
pub(crate) struct Bucket {
    client: Client,
    name: String,
    /// Empty, or with a slash at its end.
    folder: String,
}

impl Bucket {
    /// The folder that a target names; none where it names another kind of place.
    pub(crate) fn of(target: &CopyTarget) -> Option<Result<Self, String>> {
        let place = target.url.strip_prefix(SCHEME)?;
        Some(Self::named(place, target))
    }

    fn named(place: &str, target: &CopyTarget) -> Result<Self, String> {
        let (bucket, folder) = place.split_once('/').unwrap_or((place, ""));
        let folder = folder.trim_matches('/');
        if bucket.is_empty() {
            return Err(format!("“{}” names no bucket. Write s3://bucket/folder", target.url));
        }
        let key = target.key.as_ref().map(|(name, secret)| (name.as_str(), secret));
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region(&target.region)))
            .credentials_provider(aws::credentials(key))
            // Services with the same interface do not know the newer checksums.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
            .timeout_config(aws::patience());
        if let Some(endpoint) = aws::endpoint(&target.endpoint)? {
            config = config.endpoint_url(endpoint).force_path_style(true);
        }
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Ok(Self { client: Client::from_conf(config.build()), name: bucket.to_owned(), folder })
    }
}

#[async_trait]
impl CopyPlace for Bucket {
    async fn list(&self, page: Option<String>) -> Result<CopyPage, String> {
        let request = self.client.list_objects_v2().bucket(&self.name).prefix(&self.folder).set_continuation_token(page);
        let listed = request.send().await.map_err(|error| words(&error))?;
        let keys = listed.contents().iter().filter_map(|object| object.key());
        let names = keys.filter_map(|key| key.strip_prefix(&self.folder)).map(str::to_owned).collect();
        Ok(CopyPage { names, next: listed.next_continuation_token().map(str::to_owned) })
    }

    async fn put(&self, name: &str, message: Vec<u8>) -> Result<(), String> {
        let request = self.client.put_object().bucket(&self.name).key(format!("{}{name}", self.folder));
        let put = request.content_type("message/rfc822").body(ByteStream::from(message)).send().await;
        put.map(drop).map_err(|error| words(&error))
    }
}

fn region(chosen: &str) -> String {
    let set_up = || std::env::var("AWS_REGION").or_else(|_| std::env::var("AWS_DEFAULT_REGION")).ok();
    Some(chosen.trim().to_owned()).filter(|region| !region.is_empty()).or_else(set_up).unwrap_or_else(|| USUAL_REGION.to_owned())
}

/// The service's own words; else what kept it from being asked.
fn words<E: ProvideErrorMetadata + std::error::Error + 'static, R: std::fmt::Debug + 'static>(error: &SdkError<E, R>) -> String {
    match error {
        SdkError::ServiceError(service) => {
            let (code, message) = (service.err().code().unwrap_or("refused"), service.err().message().unwrap_or_default());
            format!("{code}: {message}").trim_end_matches([':', ' ']).to_owned()
        }
        other => DisplayErrorContext(other).to_string(),
    }
}
